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

/** Whoever was asked failed to do it, and may do it another time: a CRM that is down, or answers nonsense. */
export class Unavailable extends Error {
  override name = 'Unavailable';
}

/** The invocation has too little time left: like Throttled, with nothing to wait for. */
export class OutOfTime extends Throttled {
  override name = 'OutOfTime';

  constructor(message: string) {
    super(message, 0);
  }
}

/** Any thrown value as words for a record or a log line, with what caused it: fetch alone says "fetch failed". */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${error.name}: ${error.message}${cause}`;
}
