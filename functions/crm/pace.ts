import { setTimeout as wait } from 'node:timers/promises';
import { OutOfTime, Throttled } from '../platform/errors.ts';
import { heldUntil, holdUntil, takeTurn } from '../store/pace.ts';
import type { CrmCall, CrmCalls } from './calls.ts';
import type { Turns } from './turns.ts';

/** How long an attempt is willing to wait for a turn, in ms, while Lambda is paid for it. */
export type Patience = {
  /** For the first request: before it, nothing is lost by coming back later. */
  first: number;
  /** For later ones: giving up then would repeat the earlier requests. */
  later: number;
  /** What the invocation has left. */
  remainingMs: () => number;
  /** Ends waiting and requests: whoever asked has stopped waiting. */
  signal?: AbortSignal;
  /** Where to note the requests that are made. */
  calls?: CrmCalls;
  /** Goes only where nobody else wants to, and takes no place in line: for work that can be done at any time. */
  yields?: boolean;
};

const TIME_FOR_ONE_REQUEST_MS = 12_000; // the time-out of a request, and what follows it

/** What starts so soon after a 429 is under way by then: asking once more before each request would cost more than it saves. */
const UNDER_WAY_MS = 500;

/**
 * How much later than another machine's a request may be sent, and yet arrive at its distance: spaced at the limit exactly,
 * some would now and then arrive too close together.
 */
const JITTER_MS = 150;
/** What the clocks of those who count may differ by, however long their window. */
const LEAST_SPARE = 0.05;
/** What a pull takes. Jobs that need more send a few others away again, which costs less than an idle limit. */
const REQUESTS_PER_JOB = 2;
const LONGEST_LINE_MS = 6 * 60 * 60 * 1000; // SQS hides a message for 12 h at most

/**
 * Keeps all Lambdas together within a CRM account's limit. Each request takes a turn in the table; a turn
 * that lies further ahead than patience reaches is not taken. Who is sent away gets a place in line, so that
 * a backlog comes back at the CRM's pace and not all at once.
 */
export class Pace implements Turns {
  readonly #account: string;
  readonly #interval: number;
  readonly #patience: Patience;
  /** Ends what is under way. */
  readonly signal: AbortSignal | undefined;
  #begun = false;

  /** @param windowSeconds in which the account's requests are counted: in a short one, being a little early weighs more */
  constructor(account: string, requestsPerSecond: number, patience: Patience, windowSeconds = 1) {
    this.#account = account;
    const spare = Math.max(JITTER_MS / (windowSeconds * 1000), LEAST_SPARE);
    this.#interval = Math.ceil((1000 / requestsPerSecond) * (1 + spare));
    this.#patience = patience;
    this.signal = patience.signal;
  }

  /**
   * Waits until the next request may start.
   * @throws Throttled where that is too far ahead, OutOfTime where the invocation would end first
   */
  async turn(): Promise<void> {
    for (;;) {
      const now = Date.now();
      const left = this.#patience.remainingMs() - TIME_FOR_ONE_REQUEST_MS;
      if (left < 0) throw new OutOfTime('no time left for another request');
      const within = Math.min(this.#begun ? this.#patience.later : this.#patience.first, left);
      const turn = await takeTurn(this.#account, 'free', { now, span: this.#interval, within });
      if ('busyUntil' in turn) throw await this.#sentAway(turn.busyUntil);
      this.#begun = true;
      const waitMs = turn.at - now;
      if (waitMs <= 0) return;
      await wait(waitMs, undefined, this.signal && { signal: this.signal });
      if (waitMs < UNDER_WAY_MS || (await heldUntil(this.#account)) <= Date.now()) return;
      // While this one waited, the CRM asked another one to wait: its turn is void.
    }
  }

  made(call: CrmCall): void {
    this.#patience.calls?.push(call);
  }

  /** The CRM asked to wait: nobody starts a request for so long. */
  async hold(retryAfterMs: number): Promise<void> {
    await holdUntil(this.#account, Date.now() + retryAfterMs);
  }

  async #sentAway(busyUntil: number): Promise<Throttled> {
    if (this.#patience.yields) {
      return new Throttled(`others use ${this.#account}`, Math.max(busyUntil - Date.now(), this.#interval));
    }
    const span = this.#interval * REQUESTS_PER_JOB;
    const place = await takeTurn(this.#account, 'line', { now: busyUntil, span, within: LONGEST_LINE_MS });
    const until = 'at' in place ? place.at : place.busyUntil;
    const retryAfterMs = Math.min(until - Date.now(), LONGEST_LINE_MS);
    return new Throttled(`the limit of ${this.#account} is used up`, Math.max(retryAfterMs, this.#interval));
  }
}
