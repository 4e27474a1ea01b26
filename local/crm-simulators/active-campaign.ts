import { randomBytes } from 'node:crypto';
import { Automation } from './account/automation.ts';
import { openAccount } from './account/open-account.ts';
import { contactRoutes } from './active-campaign/api/contacts.ts';
import { apiContext } from './active-campaign/api/context.ts';
import { fieldRoutes } from './active-campaign/api/fields.ts';
import { importRoutes } from './active-campaign/api/imports.ts';
import { tagRoutes } from './active-campaign/api/tags.ts';
import { webhookRoutes } from './active-campaign/api/webhooks.ts';
import { words } from './active-campaign/api/words.ts';
import { ActiveCampaignFaults } from './active-campaign/faults.ts';
import { Importer } from './active-campaign/importer.ts';
import { Representation } from './active-campaign/representation.ts';
import { activeCampaignSender } from './active-campaign/sender.ts';
import { holdsSecret } from './api-listener.ts';
import type { CrmSimulator, SimulatorOptions } from './crm-simulator.ts';
import { RateLimit } from './rate-limit.ts';
import { RateLimitWindow } from './rate-limit-window.ts';
import { runSimulator } from './run-simulator.ts';

const API_PATH = '/api/3';
/** Per account, all of its keys together: the vendor's rule. */
const REQUESTS_PER_SECOND = 5;
/** ActiveCampaign listens for an answer to its webhook so long. */
const WEBHOOK_TIMEOUT_MS = 5_000;
/** Long enough that nobody takes the importer for synchronous, short enough for a test. */
const IMPORT_DELAY_MS = 50;
/** The ids that the demo config names. */
const FIELDS = { points: '3', plan: '5', password: '7', lastLesson: '10', coupon: '11' };

export type ActiveCampaignOptions = SimulatorOptions & { importDelayMs?: number };

/** A running simulator. Its `url` is without /api/3, as ActiveCampaign shows it. */
export type ActiveCampaignSimulator = CrmSimulator & {
  readonly token: string;
  readonly faults: ActiveCampaignFaults;
};

/**
 * Starts a simulated ActiveCampaign account: the documented API v3 with its limit, and the automations
 * that send webhooks. Rejects when the port is taken or the file is broken.
 */
export async function startActiveCampaign(
  options: ActiveCampaignOptions = {},
): Promise<ActiveCampaignSimulator> {
  const { now = Date.now, file, token = randomBytes(32).toString('hex') } = options;
  const { account, flush } = openAccount({ now, file, rules: { keepsDeleted: true }, fields: FIELDS });
  const importer = new Importer(account, options.importDelayMs ?? IMPORT_DELAY_MS);
  const sender = activeCampaignSender(account.definitions, options.webhookTimeoutMs ?? WEBHOOK_TIMEOUT_MS);
  const window = new RateLimitWindow(options.requestsPerSecond ?? REQUESTS_PER_SECOND, 1_000, now);
  const faults = new ActiveCampaignFaults();

  const simulator = await runSimulator({
    name: 'ActiveCampaign',
    port: options.port ?? 0,
    account,
    fields: FIELDS,
    automation: new Automation(account, sender),
    api: {
      path: API_PATH,
      header: 'Api-Token',
      isAuthorized: (headers) => holdsSecret(headers['api-token'], token),
      rateLimit: new RateLimit(window),
      words: words(window),
      faults,
      routes: (url) => {
        const context = apiContext(account, faults, new Representation(url + API_PATH));
        return {
          ...contactRoutes(context),
          ...tagRoutes(context),
          ...fieldRoutes(context),
          ...webhookRoutes(context),
          ...importRoutes(importer),
        };
      },
    },
    credentials: (url) => ({ url, token }),
    finish: async () => {
      importer.finish();
      await flush();
    },
  });
  return { ...simulator, token, faults };
}
