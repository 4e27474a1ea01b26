import type { IncomingMessage } from 'node:http';
import { BodyTooLarge, readBody } from './http-server.ts';

/** Larger than any request that the vendors allow. */
const MAX_BODY_BYTES = 1_000_000;

/** A request's JSON body (`undefined` for an empty one), or the status and the problem to answer with. */
export async function parseJson(
  request: IncomingMessage,
): Promise<{ body: unknown } | { status: number; problem: string }> {
  let text: string;
  try {
    text = await readBody(request, MAX_BODY_BYTES);
  } catch (error) {
    if (error instanceof BodyTooLarge) return { status: 413, problem: error.message };
    throw error;
  }
  if (text === '') return { body: undefined };
  try {
    return { body: JSON.parse(text) };
  } catch {
    return { status: 400, problem: 'The body is not JSON' };
  }
}
