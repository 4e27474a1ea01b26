import type { ApiAnswer } from '../../router.ts';

export const ok = (body: unknown): ApiAnswer => ({ status: 200, body });
export const created = (body: unknown): ApiAnswer => ({ status: 201, body });
export const noContent: ApiAnswer = { status: 204, body: undefined };

/** Names of the status codes; the document gives the members of an error, and no example. Unverified. */
const NAMES: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ALREADY_EXISTS',
  500: 'INTERNAL',
};

/** An error of API v2. */
export const problem = (status: number, message: string): ApiAnswer => ({
  status,
  body: { code: status, message, status: NAMES[status] ?? 'UNKNOWN', details: [] },
});

export const noContact = (id: string): ApiAnswer => problem(404, `Contact with id ${id} not found`);

/** An error of API v1. */
export const problemV1 = (status: number, message: string): ApiAnswer => ({ status, body: { message } });

/** Whether a function gave an answer, which refuses the request, and not its result. */
export const isAnswer = (value: unknown): value is ApiAnswer =>
  typeof value === 'object' && value !== null && 'status' in value && 'body' in value;
