import type { ApiAnswer } from '../../router.ts';

/** Answers that several routes give, with the vendor's documented bodies. */
export const ok = (body: unknown): ApiAnswer => ({ status: 200, body });
export const created = (body: unknown): ApiAnswer => ({ status: 201, body });

/** @param kind the vendor's inner name: a contact is a Subscriber, its tag a SubscriberTag. */
export const noResult = (kind: string, id: string): ApiAnswer => ({
  status: 404,
  body: { message: `No Result found for ${kind} with id ${id}` },
});

/** 422: the request is understood and refused. `attribute` is the one at fault. */
export const unprocessable = (title: string, code: string, attribute: string): ApiAnswer => ({
  status: 422,
  body: { errors: [{ title, detail: '', code, source: { pointer: `/data/attributes/${attribute}` } }] },
});

export const valueTooLong = unprocessable(
  'The value of a field is too long',
  'field_too_long',
  'fieldValues',
);
