import type { FaultSwitchboard } from '../crm-simulators/fault-switchboard.ts';
import type { RequestCounter } from '../crm-simulators/request-counter.ts';

/** What can be told to the simulator of any payment provider when it starts. */
export type PaymentSimulatorOptions = {
  /** 0, as it is unless told, takes any free port of 127.0.0.1. */
  port?: number;
  /** Where the account survives a restart; in memory alone when absent. */
  file?: string;
  /** The simulator's clock in milliseconds since 1970. */
  now?: () => number;
};

/** A simulated account with a payment provider: the endpoints that Latchkey uses, as documented, and its webhooks. */
export type PaymentSimulator = {
  /** The API's address. */
  readonly url: string;
  /** What the site's SSM parameter holds. */
  readonly credentials: Readonly<Record<string, unknown>>;
  readonly requests: RequestCounter;
  readonly faults: FaultSwitchboard;
  /** Posts the signed events of every change to this URL from now on, again when it is not taken, as the provider does. */
  sendEventsTo(url: string): void;
  /** Waits until no event is under way; how they were answered. */
  eventsAnswered(): Promise<{ type: string; status: number }[]>;
  /** Ends the server with every connection, and writes what is unwritten. */
  close(): Promise<void>;
};
