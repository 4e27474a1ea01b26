import * as z from 'zod/mini';

/** An id of a provider's. It becomes part of keys and of messages' groups, which do not take every text. */
export const providerId = z.string().check(z.regex(/^[\w-]{1,64}$/, 'must be an id'));

/** What a provider calls an event. It is logged, so it is a word and nothing that is said of a person. */
export const eventType = z.string().check(z.regex(/^[\w.-]{1,100}$/, 'must be the type of an event'));

/** What a provider tells by its webhook. It says where to look again; what is true is asked of the provider. */
export type PaymentEvent = {
  /** The provider's id of the event: the same when it is delivered again. */
  id: string;
  /** What the provider calls it, such as `invoice.payment_failed`. */
  type: string;
  /** What it is about; undefined where nothing that Latchkey follows. */
  about: { subscription: string } | { promotionCode: string } | undefined;
};

/** A provider's webhook as it came in. */
export type EventRequest = {
  /** By their names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  /** Byte by byte as it came: signatures are made of that. */
  body: Buffer;
};

/** The signature is missing, wrong or too old. Its message says which, and how to mend it; it holds no secret. */
export class WrongSignature extends Error {
  override name = 'WrongSignature';
}

/**
 * Verifies a provider's webhook and reads it.
 * @param credentials what the site's SSM parameter of the provider's name holds
 * @throws WrongSignature, before anything in the body is believed; `Rejected` where the body is not an event;
 *   another error where it could not be verified now
 */
export type ReadPaymentEvent<Credentials> = (
  request: EventRequest,
  credentials: Credentials,
) => Promise<PaymentEvent>;

/** How a provider's events are verified and read, and the credentials that this takes. */
export type EventReader = {
  credentials: z.ZodMiniType;
  // biome-ignore lint/suspicious/noExplicitAny: what it takes is what the schema beside it gives
  read: ReadPaymentEvent<any>;
};

/** Ties a reader to the schema of its credentials. */
export const eventReader = <Credentials extends z.ZodMiniType>(
  credentials: Credentials,
  read: ReadPaymentEvent<z.output<Credentials>>,
): EventReader => ({ credentials, read });
