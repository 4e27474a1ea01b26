import { randomBytes } from 'node:crypto';
import { listen } from '../crm-simulators/http-server.ts';
import { RequestCounter } from '../crm-simulators/request-counter.ts';
import { readState, stateFile } from '../crm-simulators/state-file.ts';
import type { PaymentSimulator, PaymentSimulatorOptions } from './payment-simulator.ts';
import { Access, type AppCredentials } from './paypal/access.ts';
import { Account, type SavedAccount } from './paypal/account.ts';
import { makeCertificate } from './paypal/certificate.ts';
import { EventSender } from './paypal/event-sender.ts';
import { PayPalFaults } from './paypal/faults.ts';
import { letters } from './paypal/ids.ts';
import { payPalListener } from './paypal/listener.ts';
import { CERTIFICATES, payPalRoutes } from './paypal/routes.ts';

export type PayPalSimulator = PaymentSimulator & {
  readonly credentials: Readonly<AppCredentials & { url: string }>;
  /** What the payers and the bank do, and what there is. */
  readonly account: Account;
  readonly faults: PayPalFaults;
  /** Every token ends now. */
  endTokens(): void;
  /** The headers that a webhook with this body comes with, for who makes up one. */
  sign(body: string): Record<string, string>;
};

type SavedSimulator = { app: AppCredentials; account: SavedAccount };

/**
 * Starts a simulated PayPal account: what Latchkey uses of its API, and its webhooks, signed with a certificate that it
 * serves itself. Rejects when the port is taken or the file is broken.
 */
export async function startPayPal(options: PaymentSimulatorOptions = {}): Promise<PayPalSimulator> {
  const { now = Date.now, file, port = 0 } = options;
  const saved = file === undefined ? undefined : readState<SavedSimulator>(file);
  const app = saved?.app ?? newApp();
  const account = new Account(now, saved?.account);
  const access = new Access(app, now);
  const faults = new PayPalFaults();
  const requests = new RequestCounter();
  const { privateKey, pem } = makeCertificate();
  const certificate = { id: `CERT-${randomBytes(12).toString('hex')}`, pem };
  const unauthorized = (): void => {
    requests.unauthorized += 1;
  };
  const routes = payPalRoutes({ account, access, faults, certificate, unauthorized });
  const server = await listen(payPalListener(routes, faults, requests), port);
  const sender = new EventSender({
    privateKey,
    certificateUrl: `${server.url}${CERTIFICATES}/${certificate.id}`,
    webhookId: app.webhookId,
    now,
  });
  const state = file === undefined ? undefined : stateFile(file, () => ({ app, account }));
  if (!saved) state?.changed();
  account.onChange((occurrence) => {
    state?.changed();
    sender.send(occurrence);
  });

  return {
    url: server.url,
    credentials: { url: server.url, ...app },
    account,
    requests,
    faults,
    sendEventsTo: (url) => sender.sendTo(url),
    eventsAnswered: () => sender.answered(),
    endTokens: () => access.endTokens(),
    sign: (body) => sender.sign(body),
    close: async () => {
      await sender.close();
      await server.close();
      await state?.flush();
    },
  };
}

const newApp = (): AppCredentials => ({
  clientId: `A${randomBytes(30).toString('base64url')}`,
  clientSecret: `E${randomBytes(30).toString('base64url')}`,
  webhookId: letters(17),
});
