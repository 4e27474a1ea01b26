import * as z from 'zod/mini';
import { Problem } from '../http/problem.ts';
import { parseJson } from '../platform/parse-json.ts';
import type { NeedsSyncCursor } from '../store/needs-sync.ts';
import { contactParams } from './resources.ts';

const cursorSchema = z.object({
  shard: z.int().check(z.gte(0)),
  after: z.optional(z.object({ contactId: contactParams.shape.contactId, since: z.iso.datetime() })),
});

/** A place in a list, as text that a URL can hold. */
export const writeCursor = (cursor: NeedsSyncCursor): string =>
  Buffer.from(JSON.stringify(cursor)).toString('base64url');

/**
 * Reads it back; the beginning where there is none.
 * @throws Problem 422 where it is none of ours
 */
export function readCursor(text: string | undefined): NeedsSyncCursor {
  if (text === undefined) return { shard: 0 };
  const result = z.safeParse(cursorSchema, parseJson(Buffer.from(text, 'base64url').toString()));
  if (!result.success) throw new Problem(422, 'after must be the `next` of the page before.');
  const { shard, after } = result.data;
  return { shard, ...(after && { after }) };
}
