import * as z from 'zod/mini';
import { Problem } from '../../http/problem.ts';
import type { Site } from '../../platform/config.ts';
import type { Flag } from '../../store/flags.ts';
import { flagKey, memberKey } from '../../store/keys.ts';
import type { MemberItem } from '../../store/members.ts';
import { contactIdsByEmail } from '../../store/members-by-email.ts';
import { listNeedsSync } from '../../store/needs-sync.ts';
import { readItems } from '../../store/table.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { defineEndpoint } from '../endpoint.ts';
import {
  emailText,
  type MemberResource,
  memberResource,
  nextPage,
  pageLimit,
  toResource,
} from '../resources.ts';

export const endpoint = defineEndpoint({
  method: 'GET',
  path: '/v1/members',
  summary: 'Find members by e-mail address, or list those that need a sync.',
  description:
    'Give either `email` or `needsSync=true`. By address there is one member, or none; some CRMs allow ' +
    'several contacts with one address. The index of addresses lags a moment behind. A page of the list may ' +
    'hold fewer than `limit` and still have a `next`: there are no more when `next` is missing.',
  query: z.strictObject({
    email: z.optional(emailText),
    needsSync: z.optional(z.literal('true', 'may only be true')),
    limit: pageLimit,
    after: z.optional(z.string().check(z.maxLength(2000), z.describe('The `next` of the page before'))),
  }),
  answer: z.object({
    members: z.array(memberResource),
    next: nextPage,
  }),
  problems: {},
  async handle({ site, query: { email, needsSync, limit, after } }) {
    if ((email === undefined) === (needsSync === undefined)) {
      throw new Problem(422, 'Give either email or needsSync=true.');
    }
    if (email !== undefined)
      return { body: { members: await show(site, await contactIdsByEmail(site.id, email)) } };
    const { contacts, next } = await listNeedsSync(site.id, readCursor(after), limit);
    const members = await show(
      site,
      contacts.map(({ contactId }) => contactId),
    );
    return { body: { members, ...(next && { next: writeCursor(next) }) } };
  },
});

/** The contacts as they are now, in the order they were asked for. */
async function show(site: Site, contactIds: readonly string[]): Promise<MemberResource[]> {
  const keys = contactIds.flatMap((id) => [flagKey(site.id, id), memberKey(site.id, id)]);
  const items = new Map((await readItems(keys)).map((item) => [`${item.pk} ${item.sk}`, item]));
  const itemAt = ({ pk, sk }: { pk: string; sk: string }) => items.get(`${pk} ${sk}`);
  return contactIds.map((id) => {
    const flag = {
      requestedVersion: 0,
      syncedVersion: 0,
      ...(itemAt(flagKey(site.id, id)) as Flag | undefined),
    };
    const member = itemAt(memberKey(site.id, id)) as MemberItem | undefined;
    return toResource(site, id, { member, flag });
  });
}
