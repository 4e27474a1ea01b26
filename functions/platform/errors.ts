/** A rule says no. Recorded with its reason, never tried again. */
export class Rejected extends Error {
  override name = 'Rejected';
}

/** The CRM's limit leaves no room now. Not a failed attempt: the job comes back after the wait. */
export class Throttled extends Error {
  override name = 'Throttled';
  readonly retryAfterMs: number;

  /** @param retryAfterMs milliseconds until it makes sense to come back */
  constructor(message: string, retryAfterMs: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The invocation has too little time left: the work is handed back untouched. Not a failed attempt. */
export class OutOfTime extends Error {
  override name = 'OutOfTime';
}

/** Any thrown value as words for a record or a log line. Vendors' messages carry no secrets of ours. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
