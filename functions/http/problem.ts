/** One thing that is wrong with a request, and where. */
export type Complaint = { at: string; problem: string };

type Details = { complaints?: Complaint[]; headers?: Record<string, string> };

/**
 * A request that is refused: the status it is answered with, a sentence for the person who set it up, and
 * everything that is wrong, in one go. No complaint repeats a value that came in: it may be a secret.
 */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: 400 | 401 | 404 | 405 | 409 | 413 | 422 | 429 | 502 | 503;
  readonly complaints: Complaint[];
  readonly headers: Record<string, string>;
  /** What the log line says about the request, as far as it was understood. */
  log: Record<string, string | number> = {};

  constructor(status: Problem['status'], message: string, { complaints = [], headers = {} }: Details = {}) {
    super(message);
    this.status = status;
    this.complaints = complaints;
    this.headers = headers;
  }

  /** The message and every complaint, in one line. */
  get reason(): string {
    return [this.message, ...this.complaints.map(({ at, problem }) => `${at}: ${problem}`)].join(' | ');
  }
}
