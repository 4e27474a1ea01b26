import { randomBytes } from 'node:crypto';
import { Automation } from './account/automation.ts';
import { openAccount } from './account/open-account.ts';
import { readsOf } from './account/reads.ts';
import { holdsSecret } from './api-listener.ts';
import type { CrmSimulator, SimulatorOptions } from './crm-simulator.ts';
import { DailyQuota } from './daily-quota.ts';
import { contactRoutes } from './keap/api/contacts.ts';
import { contactV1Routes } from './keap/api/contacts-v1.ts';
import { hookRoutes } from './keap/api/hooks.ts';
import { sequenceRoutes } from './keap/api/sequences.ts';
import { tagRoutes } from './keap/api/tags.ts';
import { words } from './keap/api/words.ts';
import { KeapFaults } from './keap/faults.ts';
import { keapSender } from './keap/sender.ts';
import { RateLimit } from './rate-limit.ts';
import { RateLimitWindow } from './rate-limit-window.ts';
import { runSimulator } from './run-simulator.ts';

const API_PATH = '/crm/rest';
/** For a service account key or a personal access token: the vendor's rule. */
const REQUESTS_PER_SECOND = 10;
const REQUESTS_PER_MINUTE = 240;
const REQUESTS_PER_DAY = 30_000;
/** Keap waits so long for an answer to a REST hook. Unverified for a campaign's HTTP POST. */
const WEBHOOK_TIMEOUT_MS = 30_000;
/** Before the four attempts at a hook. The vendor waits 30 s to 10 min, 30 s to 60 s, 5 min and 30 min. */
const HOOK_DELAYS_MS = [500, 1_000, 5_000, 30_000];
/** Other ones than ActiveCampaign's, so that a mix-up shows. */
const FIELDS = { points: '13', plan: '15', password: '17' };

export type KeapOptions = SimulatorOptions & {
  /** Milliseconds (of the wall) before each attempt at a REST hook. */
  hookDelaysMs?: readonly number[];
};

/** A running simulator. Its `url` is without /crm/rest: `https://api.infusionsoft.com` stands there in earnest. */
export type KeapSimulator = CrmSimulator & { readonly token: string; readonly faults: KeapFaults };

/**
 * Starts a simulated Keap account: the documented REST API, v2 and what only v1 has, with the limits of a
 * service account key; campaigns that post and REST hooks. Rejects when the port is taken or the file is broken.
 */
export async function startKeap(options: KeapOptions = {}): Promise<KeapSimulator> {
  const { now = Date.now, file, token = randomBytes(32).toString('hex') } = options;
  const { account, flush } = openAccount({ now, file, rules: { keepsDeleted: false }, fields: FIELDS });
  const faults = new KeapFaults();
  const sender = keapSender(faults, {
    timeoutMs: options.webhookTimeoutMs ?? WEBHOOK_TIMEOUT_MS,
    eventDelaysMs: options.hookDelaysMs ?? HOOK_DELAYS_MS,
  });
  const automation = new Automation(account, sender);

  const perSecond = options.requestsPerSecond ?? REQUESTS_PER_SECOND;
  const atLeast = (limit: number, seconds: number): number =>
    options.requestsPerSecond === undefined ? limit : Math.max(limit, perSecond * seconds);
  const second = new RateLimitWindow(perSecond, 1_000, now);
  const minute = new RateLimitWindow(atLeast(REQUESTS_PER_MINUTE, 60), 60_000, now);
  const day = new DailyQuota(atLeast(REQUESTS_PER_DAY, 86_400), now);

  const simulator = await runSimulator({
    name: 'Keap',
    port: options.port ?? 0,
    account,
    fields: FIELDS,
    automation,
    api: {
      path: API_PATH,
      header: 'X-Keap-API-Key or Authorization: Bearer',
      isAuthorized: (headers) =>
        holdsSecret(headers['x-keap-api-key'], token) ||
        holdsSecret(headers.authorization, `Bearer ${token}`),
      rateLimit: new RateLimit(second, minute, day),
      words: words(minute, day, faults),
      faults,
      routes: () => {
        const context = { ...readsOf(account, faults), account, automation, faults };
        return {
          ...contactRoutes(context),
          ...contactV1Routes(context),
          ...tagRoutes(context),
          ...sequenceRoutes(context),
          ...hookRoutes(context),
        };
      },
    },
    credentials: (url) => ({ url, token }),
    finish: flush,
  });
  return { ...simulator, token, faults };
}
