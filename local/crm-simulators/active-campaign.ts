import { randomBytes } from 'node:crypto';
import { Account, type SavedAccount } from './active-campaign/account.ts';
import { contactRoutes } from './active-campaign/api/contacts.ts';
import { apiContext } from './active-campaign/api/context.ts';
import { fieldRoutes } from './active-campaign/api/fields.ts';
import { importRoutes } from './active-campaign/api/imports.ts';
import { tagRoutes } from './active-campaign/api/tags.ts';
import { API_PATH, apiListener } from './active-campaign/api-listener.ts';
import { Automation } from './active-campaign/automation.ts';
import { ContactsAccess } from './active-campaign/contacts-access.ts';
import { controlRoutes } from './active-campaign/control.ts';
import { controlListener } from './active-campaign/control-listener.ts';
import { ActiveCampaignFaults } from './active-campaign/faults.ts';
import { Importer } from './active-campaign/importer.ts';
import { Representation } from './active-campaign/representation.ts';
import { seedContacts, seedDefinitions } from './active-campaign/seed.ts';
import { listen, sendJson } from './http-server.ts';
import { RateLimitWindow } from './rate-limit-window.ts';
import { RequestCounter } from './request-counter.ts';
import { readState, stateFile } from './state-file.ts';

/** Per account, all of its keys together: the vendor's rule. */
const REQUESTS_PER_SECOND = 5;
/** ActiveCampaign listens for an answer to its webhook so long. */
const WEBHOOK_TIMEOUT_MS = 5_000;
/** Long enough that nobody takes the importer for synchronous, short enough for a test. */
const IMPORT_DELAY_MS = 50;

export type ActiveCampaignOptions = {
  /** 0, as it is unless told, takes any free port of 127.0.0.1. */
  port?: number;
  /** Where the account survives a restart; in memory alone when absent. */
  file?: string;
  /** The API token; a random one unless told. */
  token?: string;
  requestsPerSecond?: number;
  /** The simulator's clock in milliseconds: its dates, its limit, its stale reads. Waiting is by the wall. */
  now?: () => number;
  /** For tests of the time-out that do not want to wait for it. */
  webhookTimeoutMs?: number;
  importDelayMs?: number;
};

/** A running simulator. */
export type ActiveCampaignSimulator = {
  /** The account's address as ActiveCampaign shows it to its customers: without /api/3. */
  readonly url: string;
  readonly token: string;
  readonly requests: RequestCounter;
  readonly contacts: ContactsAccess;
  readonly faults: ActiveCampaignFaults;
  readonly automation: Automation;
  /** The limit; `limit` can be changed while running. */
  readonly rateLimit: RateLimitWindow;
  /** Adds `count` contacts, the same ones on every machine, and gives their ids. */
  seedContacts(count: number): string[];
  /** Ends the server with every connection, and writes what is unwritten. */
  close(): Promise<void>;
};

/**
 * Starts a simulated ActiveCampaign account: the documented API v3 with its limit, and the automations
 * that send webhooks. Rejects when the port is taken or the file is broken.
 */
export async function startActiveCampaign(
  options: ActiveCampaignOptions = {},
): Promise<ActiveCampaignSimulator> {
  const now = options.now ?? Date.now;
  const token = options.token ?? randomBytes(32).toString('hex');
  const saved = options.file === undefined ? undefined : readState<SavedAccount>(options.file);
  const account = new Account(now, saved);
  if (saved === undefined) seedDefinitions(account);
  const file = options.file === undefined ? undefined : stateFile(options.file, () => account);
  account.onWrite(() => file?.changed());

  const requests = new RequestCounter();
  const faults = new ActiveCampaignFaults();
  const rateLimit = new RateLimitWindow(options.requestsPerSecond ?? REQUESTS_PER_SECOND, 1_000, now);
  const automation = new Automation(account, options.webhookTimeoutMs ?? WEBHOOK_TIMEOUT_MS);
  const importer = new Importer(account, options.importDelayMs ?? IMPORT_DELAY_MS);
  let url = '';
  const representation = new Representation(() => `${url}${API_PATH}`);
  const context = apiContext(account, faults, representation);
  const routes = {
    ...contactRoutes(context),
    ...tagRoutes(context),
    ...fieldRoutes(context),
    ...importRoutes(importer),
  };
  const api = apiListener({ routes, token, window: rateLimit, faults, requests });
  const control = controlListener(controlRoutes(automation));

  const server = await listen((request, response) => {
    const answer = request.url?.startsWith(`${API_PATH}/`) ? api : control;
    answer(request, response).catch((error: unknown) => {
      // The caller left in the middle of its body, or a fault of the simulator's own: that one must be seen.
      if (request.errored !== null || response.headersSent) return;
      console.error('the ActiveCampaign simulator failed', error);
      sendJson(response, 500, { message: 'The simulator failed' });
    });
  }, options.port ?? 0);

  url = server.url;

  return {
    ...{ url, token, requests, faults, automation, rateLimit },
    contacts: new ContactsAccess(account),
    seedContacts: (count) => seedContacts(account, count),
    close: async () => {
      automation.stop();
      await server.close();
      importer.finish();
      await file?.flush();
    },
  };
}
