import type { ApiAnswer } from '../../router.ts';

/** Answers that several routes give, with the vendor's documented bodies. */
export const ok = (body: unknown): ApiAnswer => ({ status: 200, body });
export const created = (body: unknown): ApiAnswer => ({ status: 201, body });
export const noContent: ApiAnswer = { status: 204, body: undefined };

export const problem = (status: number, message: string): ApiAnswer => ({
  status,
  body: { errors: [message] },
});

export const notFound = problem(404, 'Not Found');
export const unprocessable = (message: string): ApiAnswer => problem(422, message);
