import SDK from 'stripe';
import { OutOfTime, Rejected, reasonOf, Throttled, Unavailable } from '../../platform/errors.ts';
import { waitAfter429 } from '../../platform/retry-after.ts';

const {
  StripeAPIError,
  StripeAuthenticationError,
  StripeConnectionError,
  StripeError,
  StripeInvalidRequestError,
  StripePermissionError,
  StripeRateLimitError,
} = SDK.errors;

/** Whether Stripe refused a request as it stands: 400 or 404, but not for a misused idempotency key. */
export const isRefusal = (error: unknown): error is InstanceType<typeof StripeInvalidRequestError> =>
  error instanceof StripeInvalidRequestError;

/** Whether Stripe has nothing under the id that was asked for. */
export const isMissing = (error: unknown): boolean =>
  isRefusal(error) && error.statusCode === 404 && error.code === 'resource_missing';

/** Whether a failure is the one that Stripe saved under the request's idempotency key, and will always repeat. */
export const isSavedFailure = (error: unknown): boolean =>
  error instanceof StripeAPIError &&
  (error.statusCode ?? 0) >= 500 &&
  error.headers?.['idempotent-replayed'] === 'true';

/**
 * Has something done with the SDK, and says its errors in our words.
 * @throws Throttled after 429; Rejected where Stripe refuses for good; Unavailable where trying again may help: 5xx,
 *   a request under way under the same key (409), no answer, bad credentials. Never with Stripe's own words, which
 *   may quote an e-mail address or the key.
 */
export async function inOurWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof StripeError ? translated(error) : error;
  }
}

function translated(error: InstanceType<typeof StripeError>): Error {
  const { statusCode: status, detail } = error;
  if (error instanceof StripeConnectionError)
    return detail instanceof OutOfTime
      ? detail
      : new Unavailable(`Stripe did not answer: ${reasonOf(detail ?? 'no reason given')}`);
  if (error instanceof StripeRateLimitError)
    return new Throttled(`Stripe answered ${status}`, waitAfter429(error.headers?.['retry-after']));
  if (error instanceof StripeAuthenticationError || error instanceof StripePermissionError)
    return new Unavailable(`Stripe answered ${status}: check the key in the site's \`stripe\` parameter.`);
  const words = `Stripe answered ${status ?? 'with something that is not JSON'}${detailsOf(error)}`;
  return error instanceof StripeAPIError ? new Unavailable(words) : new Rejected(words);
}

/**
 * Stripe's code for what went wrong and the name of the parameter, which are from Stripe's lists and quote nothing,
 * and the id under which its Dashboard shows the request with all of its words.
 */
function detailsOf({ code, param, requestId }: InstanceType<typeof StripeError>): string {
  const isWord = (text: string | undefined): boolean => /^[\w[\].]{1,80}$/.test(text ?? '');
  const what = isWord(code) ? `: ${code}${isWord(param) ? `, at ${param}` : ''}` : '';
  return isWord(requestId) ? `${what} (${requestId})` : what;
}
