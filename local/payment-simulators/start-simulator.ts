import type { PaymentSimulatorOptions } from './payment-simulator.ts';
import { startPayPal } from './paypal.ts';
import { startStripe } from './stripe.ts';

const starters = { stripe: startStripe, paypal: startPayPal };

/** The payment providers that have a simulator: all of them. */
export type SimulatedProvider = keyof typeof starters;

/** A site's simulated accounts with payment providers, of those that it sells through. */
export type PaymentAccounts = {
  [Provider in SimulatedProvider]?: Awaited<ReturnType<(typeof starters)[Provider]>>;
};

/** Starts a simulated account. Rejects when the port is taken or the file is broken. */
export async function startAccount<Provider extends SimulatedProvider>(
  provider: Provider,
  options: PaymentSimulatorOptions = {},
): Promise<PaymentAccounts[Provider]> {
  return (await starters[provider](options)) as PaymentAccounts[Provider];
}
