import type { Automation } from './account/automation.ts';
import type { ContactsAccess } from './account/contacts-access.ts';
import type { FaultSwitchboard } from './fault-switchboard.ts';
import type { RateLimit } from './rate-limit.ts';
import type { RequestCounter } from './request-counter.ts';

/** What can be told to a simulator of any CRM when it starts. */
export type SimulatorOptions = {
  /** 0, as it is unless told, takes any free port of 127.0.0.1. */
  port?: number;
  /** Where the account survives a restart; in memory alone when absent. */
  file?: string;
  /** The API's secret; a random one unless told. */
  token?: string;
  /** Another limit than the vendor's. Longer windows, where the vendor has them, never allow less than this. */
  requestsPerSecond?: number;
  /** The simulator's clock in milliseconds: its dates, its limit, its stale reads. Waiting is by the wall. */
  now?: () => number;
  /** For tests of the time-out that do not want to wait for it. */
  webhookTimeoutMs?: number;
};

/** A simulated CRM account: its documented API with its limit, and the automations that post webhooks. */
export type CrmSimulator = {
  /** The API's address as the CRM shows it to its customers. */
  readonly url: string;
  /** What the site's SSM parameter holds: `url` and `token`, and what else the CRM asks for. */
  readonly credentials: Readonly<Record<string, string>>;
  readonly requests: RequestCounter;
  readonly contacts: ContactsAccess;
  readonly faults: FaultSwitchboard;
  readonly automation: Automation;
  /** The limit; that of each of its windows can be changed while running. */
  readonly rateLimit: RateLimit;
  /** Adds `count` contacts, the same ones on every machine, and gives their ids. */
  seedContacts(count: number): string[];
  /** Ends the server with every connection, and writes what is unwritten. */
  close(): Promise<void>;
};
