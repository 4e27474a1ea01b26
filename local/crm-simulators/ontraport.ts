import { randomBytes } from 'node:crypto';
import { Automation } from './account/automation.ts';
import { openAccount } from './account/open-account.ts';
import { holdsSecret } from './api-listener.ts';
import type { CrmSimulator, SimulatorOptions } from './crm-simulator.ts';
import { contactRoutes } from './ontraport/api/contacts.ts';
import { orderRoutes } from './ontraport/api/orders.ts';
import { words } from './ontraport/api/words.ts';
import { OntraportFaults } from './ontraport/faults.ts';
import { Later } from './ontraport/later.ts';
import { ontraportSender } from './ontraport/sender.ts';
import { RateLimit } from './rate-limit.ts';
import { RateLimitWindow } from './rate-limit-window.ts';
import { runSimulator } from './run-simulator.ts';

const API_PATH = '/1';
/** Per account, in any minute: the vendor's rule. */
const REQUESTS_PER_MINUTE = 180;
const WINDOW_SECONDS = 60;
/** How long Ontraport listens is not documented: longer than Latchkey takes, for sure. */
const WEBHOOK_TIMEOUT_MS = 10_000;
/** Long enough that a read right after a tag's write lacks the tag, short enough for a test. */
const TAG_DELAY_MS = 50;
/** Custom fields as Ontraport names them. */
const FIELDS = { points: 'f1555', plan: 'f1556', password: 'f1557' };

export type OntraportOptions = SimulatorOptions & {
  /** Milliseconds (of the wall) until a change of tags is carried out. */
  tagDelayMs?: number;
  /** Whether who typed the text that automations post ended it with Enter. */
  trailingNewline?: boolean;
};

/** A running simulator. Its `url` is that of the API, with its version. */
export type OntraportSimulator = CrmSimulator & { readonly faults: OntraportFaults };

/**
 * Starts a simulated Ontraport account: what Latchkey uses of API version 1, with its limit, and the automations
 * that ping a URL. Rejects when the port is taken or the file is broken.
 */
export async function startOntraport(options: OntraportOptions = {}): Promise<OntraportSimulator> {
  const { now = Date.now, file, token = randomBytes(12).toString('hex') } = options;
  const appId = `2_12345_${randomBytes(6).toString('hex')}`;
  const { account, flush } = openAccount({ now, file, rules: { keepsDeleted: false }, fields: FIELDS });
  const later = new Later(options.tagDelayMs ?? TAG_DELAY_MS);
  const perMinute = options.requestsPerSecond && options.requestsPerSecond * WINDOW_SECONDS;
  const window = new RateLimitWindow(perMinute ?? REQUESTS_PER_MINUTE, WINDOW_SECONDS * 1000, now);
  const faults = new OntraportFaults();

  const simulator = await runSimulator({
    name: 'Ontraport',
    port: options.port ?? 0,
    account,
    fields: FIELDS,
    automation: new Automation(
      account,
      ontraportSender(options.webhookTimeoutMs ?? WEBHOOK_TIMEOUT_MS, options.trailingNewline ?? false),
    ),
    api: {
      path: API_PATH,
      header: 'Api-Key and Api-Appid',
      isAuthorized: (headers) =>
        holdsSecret(headers['api-key'], token) && holdsSecret(headers['api-appid'], appId),
      rateLimit: new RateLimit(window),
      words: words(window, WINDOW_SECONDS),
      faults,
      routes: () => ({ ...contactRoutes(account, faults), ...orderRoutes(account, later) }),
    },
    credentials: (url) => ({ url: url + API_PATH, token, appId }),
    finish: async () => {
      later.finish();
      await flush();
    },
  });
  return { ...simulator, faults };
}
