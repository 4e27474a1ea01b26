import { randomBytes } from 'node:crypto';
import { Automation } from './account/automation.ts';
import { openAccount } from './account/open-account.ts';
import { holdsSecret } from './api-listener.ts';
import type { CrmSimulator, SimulatorOptions } from './crm-simulator.ts';
import { FaultSwitchboard } from './fault-switchboard.ts';
import { subscriberRoutes } from './kit/api/subscribers.ts';
import { tagRoutes } from './kit/api/tags.ts';
import { webhookRoutes } from './kit/api/webhooks.ts';
import { words } from './kit/api/words.ts';
import { Representation } from './kit/representation.ts';
import { kitSender } from './kit/sender.ts';
import { States } from './kit/states.ts';
import { RateLimit } from './rate-limit.ts';
import { RateLimitWindow } from './rate-limit-window.ts';
import { runSimulator } from './run-simulator.ts';

const API_PATH = '/v4';
/** For each key: the vendor's rule. */
const REQUESTS_PER_MINUTE = 120;
const WINDOW_SECONDS = 60;
/** By how much lists of subscribers are late: the vendor's median. Its 99th percentile is five minutes. */
const LIST_LAG_MS = 30_000;
/** How long Kit listens is not documented: longer than Latchkey takes, for sure. */
const WEBHOOK_TIMEOUT_MS = 10_000;
/** Kit knows custom fields by the keys that it makes of their labels. */
const FIELDS = { points: 'points', plan: 'plan', password: 'password' };
/** Unverified: whether a tag counts as a change of its subscriber. If it does not, nobody must rely on it. */
const RULES = { keepsDeleted: false, tagsAreNoUpdate: true };

export type KitOptions = SimulatorOptions & {
  /** Milliseconds of the simulator's clock by which lists of subscribers are late, 10 minutes at most. */
  listLagMs?: number;
};

/**
 * Starts a simulated Kit account: what Latchkey uses of API v4, with its limit and its late lists, and webhooks.
 * Its `url` is that of the API, with its version. Rejects when the port is taken or the file is broken.
 */
export async function startKit(options: KitOptions = {}): Promise<CrmSimulator> {
  const { now = Date.now, file, token = `kit_${randomBytes(16).toString('hex')}` } = options;
  const { account, flush } = openAccount({ now, file, rules: RULES, fields: FIELDS });
  const states = new States();
  const representation = new Representation(account.definitions, states);
  const listed = () => account.contacts(now() - (options.listLagMs ?? LIST_LAG_MS));
  const context = { account, states, representation, listed };
  const perMinute = options.requestsPerSecond && options.requestsPerSecond * WINDOW_SECONDS;

  return runSimulator({
    name: 'Kit',
    port: options.port ?? 0,
    account,
    fields: FIELDS,
    automation: new Automation(
      account,
      kitSender(representation, options.webhookTimeoutMs ?? WEBHOOK_TIMEOUT_MS),
    ),
    api: {
      path: API_PATH,
      header: 'X-Kit-Api-Key',
      isAuthorized: (headers) => holdsSecret(headers['x-kit-api-key'], token),
      rateLimit: new RateLimit(
        new RateLimitWindow(perMinute ?? REQUESTS_PER_MINUTE, WINDOW_SECONDS * 1000, now),
      ),
      words,
      faults: new FaultSwitchboard(),
      routes: () => ({ ...subscriberRoutes(context), ...tagRoutes(context), ...webhookRoutes(context) }),
    },
    credentials: (url) => ({ url: url + API_PATH, token }),
    finish: flush,
  });
}
