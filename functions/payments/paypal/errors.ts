import { ApiError } from '@paypal/paypal-server-sdk';
import * as z from 'zod/mini';
import { Rejected, Throttled, Unavailable } from '../../platform/errors.ts';
import { waitAfter429 } from '../../platform/retry-after.ts';

/** PayPal refuses a request for good. */
export class Refused extends Rejected {
  readonly status: number;
  /** What PayPal calls its reasons, such as `CAPTURE_FULLY_REFUNDED`. */
  readonly issues: readonly string[];

  constructor(message: string, status: number, issues: readonly string[]) {
    super(message);
    this.status = status;
    this.issues = issues;
  }
}

/** What the SDK threw: an answer that is an error, or whatever kept a usable answer away. */
export function classed(error: unknown, purpose: string): Error {
  if (!(error instanceof ApiError))
    return new Unavailable(`PayPal gave no usable answer to ${purpose}: ${kindOf(error)}`);
  const { statusCode: status } = error;
  const issues = issuesOf(error.body);
  const answered = `PayPal answered ${[status, ...issues].join(' ')} to ${purpose}`;
  if (status === 429) return new Throttled(answered, waitAfter429(error.headers['retry-after']));
  if (status === 401 || status === 403)
    return new Unavailable(`${answered}: check the site's \`paypal\` parameter, and what its app may do`);
  const isRefusal = status >= 400 && status < 500 && status !== 408 && status !== 409;
  return isRefusal ? new Refused(answered, status, issues) : new Unavailable(answered);
}

/** Whether the SDK threw because PayPal does not take the token. */
export const isUnauthorized = (error: unknown): boolean =>
  error instanceof ApiError && error.statusCode === 401;

const word = z.string().check(z.regex(/^\w{1,64}$/));

const errorBody = z.object({
  name: z.optional(z.unknown()),
  details: z.optional(z.array(z.object({ issue: z.optional(z.unknown()) }))),
});

/** The name and the issues of an error: its other texts may quote what was sent. */
function issuesOf(body: unknown): string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(String(body));
  } catch {
    return []; // a gateway's page: the status says it all
  }
  const { data } = errorBody.safeParse(parsed);
  const words = [data?.name, ...(data?.details ?? []).map(({ issue }) => issue)];
  return words.flatMap((each) => word.safeParse(each).data ?? []);
}

/** Its code, such as `ECONNABORTED`, or its class. Never its message, which may quote the answer. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
