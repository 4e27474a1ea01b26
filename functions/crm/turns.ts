import type { CrmCall } from './calls.ts';

/** What a client asks before each request, so that the account's limit holds: a `Pace`, in a Lambda. */
export interface Turns {
  /** Ends what is under way. */
  readonly signal: AbortSignal | undefined;
  /** Waits until the next request may start. */
  turn(): Promise<void>;
  /** Notes a request that was made. */
  made?(call: CrmCall): void;
  /** The CRM asked to wait: no request starts for so long. */
  hold(retryAfterMs: number): Promise<void>;
}
