import { Rejected, Throttled, Unavailable } from '../../functions/platform/errors.ts';
import { UserError } from '../../local/user-error.ts';

/**
 * Waits for work in a CRM's account, whose errors say what a person can do.
 * @param handshake what must not turn up in them: a CRM may quote an address that it was sent
 * @throws UserError for what a CRM says
 */
export async function explained<T>(work: Promise<T>, handshake?: string): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const isTheCrms = [Rejected, Throttled, Unavailable].some((known) => cause instanceof known);
    if (!isTheCrms) throw cause;
    throw new UserError(without(handshake, messageOf(cause as Error)), { cause });
  }
}

const messageOf = (error: Error): string =>
  error instanceof Throttled
    ? `${error.message}. Try again in ${Math.ceil(error.retryAfterMs / 1000)} s.`
    : error.message;

function without(secret: string | undefined, text: string): string {
  if (!secret) return text;
  return text.replaceAll(encodeURIComponent(secret), '…').replaceAll(secret, '…');
}
