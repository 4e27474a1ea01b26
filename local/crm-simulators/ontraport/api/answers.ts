import type { ApiAnswer } from '../../router.ts';

const ACCOUNT_ID = 12345;

/** The envelope of every success. */
export const ok = (data: unknown): ApiAnswer => ({
  status: 200,
  body: { code: 0, data, account_id: ACCOUNT_ID },
});

/** Unverified: what the body of a refusal looks like; its status is documented. */
export const problem = (status: number, message: string): ApiAnswer => ({
  status,
  body: { code: status, data: message, account_id: ACCOUNT_ID },
});

export const notFound = problem(404, 'Object not found');
export const badRequest = (message: string): ApiAnswer => problem(400, message);
export const invalidEmail = problem(422, 'Invalid email address');
export const tooLong = (field: string): ApiAnswer => problem(422, `The value of ${field} is too long`);
