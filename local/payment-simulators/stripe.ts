import { listen, sendJson } from '../crm-simulators/http-server.ts';
import { RequestCounter } from '../crm-simulators/request-counter.ts';
import { readState, stateFile } from '../crm-simulators/state-file.ts';
import type { PaymentSimulator, PaymentSimulatorOptions } from './payment-simulator.ts';
import { type SavedAccount, StripeAccount } from './stripe/account.ts';
import { StripeFaults } from './stripe/faults.ts';
import { stripeListener } from './stripe/listener.ts';
import { AccountOwner } from './stripe/owner.ts';
import { customerRoutes } from './stripe/routes/customers.ts';
import { invoiceRoutes } from './stripe/routes/invoices.ts';
import { promotionCodeRoutes } from './stripe/routes/promotion-codes.ts';
import { refundRoutes } from './stripe/routes/refunds.ts';
import { subscriptionRoutes } from './stripe/routes/subscriptions.ts';
import { EventSender } from './stripe/sender.ts';

/** Before the attempts at an event. The vendor goes on for three days. */
const EVENT_DELAYS_MS = [0, 500, 1_000, 5_000, 30_000];

export type StripeOptions = PaymentSimulatorOptions & {
  /** Milliseconds (of the wall) before each attempt at an event. */
  eventDelaysMs?: readonly number[];
};

export type StripeSimulator = PaymentSimulator & {
  readonly faults: StripeFaults;
  /** What happens to the account otherwise than by the API, and what is in it. */
  readonly owner: AccountOwner;
};

/**
 * Starts a simulated Stripe account: the endpoints that Latchkey uses, idempotency keys, and signed events. Rejects
 * when the port is taken or the file is broken.
 */
export async function startStripe(options: StripeOptions = {}): Promise<StripeSimulator> {
  const { port = 0, file, now = Date.now, eventDelaysMs = EVENT_DELAYS_MS } = options;
  const account = new StripeAccount(now, file === undefined ? undefined : readState<SavedAccount>(file));
  const state = file === undefined ? undefined : stateFile(file, () => account);
  account.onWrite(() => state?.changed());
  const faults = new StripeFaults();
  const requests = new RequestCounter();
  const sender = new EventSender(account, eventDelaysMs);
  const answer = stripeListener({
    account,
    faults,
    requests,
    routes: {
      ...customerRoutes(account, faults),
      ...subscriptionRoutes(account, faults),
      ...invoiceRoutes(account, faults),
      ...refundRoutes(account),
      ...promotionCodeRoutes(account),
    },
  });

  const server = await listen((request, response) => {
    answer(request, response).catch((error: unknown) => {
      // The caller left in the middle of its body, or a fault of the simulator's own: that one must be seen.
      if (request.errored !== null || response.headersSent) return;
      console.error('the Stripe simulator failed', error);
      sendJson(response, 500, { error: { type: 'api_error', message: 'The simulator failed' } });
    });
  }, port);
  return {
    url: server.url,
    credentials: { url: server.url, key: account.key, webhookSecrets: [account.webhookSecret] },
    requests,
    faults,
    owner: new AccountOwner(account),
    sendEventsTo: (url) => sender.sendTo(url),
    eventsAnswered: () => sender.answered(),
    close: async () => {
      await server.close();
      await sender.stop();
      await state?.flush();
    },
  };
}
