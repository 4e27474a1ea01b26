/** What Stripe's `error` says beside its message. */
export type ProblemDetails = {
  type?: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  code?: string;
  decline_code?: string;
  param?: string;
};

/** An error as Stripe answers it. @see https://docs.stripe.com/api/errors */
export class Problem extends Error {
  readonly status: number;
  readonly details: ProblemDetails;

  constructor(status: number, message: string, details: ProblemDetails = {}) {
    super(message);
    this.status = status;
    this.details = details;
  }

  get body() {
    return { error: { type: 'invalid_request_error', ...this.details, message: this.message } };
  }
}

/** What was sent is not as documented. Found before anything is carried out, so it is not saved under a key. */
export class InvalidParams extends Problem {}

/** There is nothing under an id: 404 where it is in the path, 400 where it is a parameter. */
export const missing = (kind: string, id: string, param = 'id', status = 404): Problem =>
  new Problem(status, `No such ${kind}: '${id}'`, { code: 'resource_missing', param });
