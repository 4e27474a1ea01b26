import * as z from 'zod/mini';
import { accessOf } from '../members/access.ts';
import type { Site } from '../platform/config.ts';
import type { Flag } from '../store/flags.ts';
import type { MemberItem } from '../store/members.ts';
import { VALID_ID } from '../webhooks/contact-ids.ts';

const say = (text: string) => z.describe(text);

/** The contact in a path. */
export const contactParams = z.strictObject({
  contactId: z
    .string('is required')
    .check(
      z.regex(VALID_ID, 'must be 1 to 64 letters, digits and . : _ -'),
      say("The CRM's id of the contact"),
    ),
});

export const emailText = z
  .string('is required')
  .check(
    z.trim(),
    z.maxLength(254, 'may be 254 characters long at most'),
    z.regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'must be an e-mail address'),
  );

/** A member as the site API shows it. */
export const memberResource = z
  .object({
    contactId: z.string().check(say("The CRM's id of the contact")),
    state: z
      .enum(['member', 'contact', 'unknown', 'gone'])
      .check(
        say(
          'member: has an account. contact: known, without an account. unknown: a webhook named it, and it was ' +
            'not pulled yet. gone: the CRM has deleted it or merged it into another',
        ),
      ),
    email: z.string(),
    firstName: z.string(),
    lastName: z.string(),
    phone: z.string(),
    tags: z.array(z.string()).check(say('Ids of the tags')),
    fields: z
      .record(z.string(), z.string())
      .check(say("Custom fields by the CRM's field id; never a password")),
    access: z.array(z.string()).check(say("What it may see: names of the site's `access` in the config")),
    account: z.nullable(
      z.object({
        createdAt: z.string().check(say('ISO time')),
        passwordFrom: z.enum(['generated', 'adopted', 'given']),
      }),
    ),
    needsSync: z.boolean().check(say('A webhook came that no pull has followed yet')),
    pulledAt: z.nullable(z.string()).check(say('When the last pull began (ISO time)')),
    syncedAt: z.nullable(z.string()).check(say('When it was stored (ISO time)')),
    goneAt: z.optional(z.string().check(say('Since when the CRM has no such contact (ISO time)'))),
    mergedInto: z.optional(z.string().check(say('The contact that took the account over'))),
  })
  .check(z.meta({ id: 'Member', description: 'A member, or a contact that may become one' }));

export type MemberResource = z.output<typeof memberResource>;

/** Shows a contact's item and flag to its site. */
export function toResource(
  site: Site,
  contactId: string,
  { member = {}, flag }: { member: MemberItem | undefined; flag: Flag },
): MemberResource {
  const { email = '', firstName = '', lastName = '', phone = '', tags = [], fields = {}, account } = member;
  return {
    ...{ contactId, state: stateOf(member), email, firstName, lastName, phone, tags, fields },
    access: accessOf(site, member),
    account: account ? { createdAt: account.createdAt, passwordFrom: account.passwordFrom } : null,
    needsSync: flag.requestedVersion > flag.syncedVersion,
    pulledAt: member.pulledAt ?? null,
    syncedAt: member.syncedAt ?? null,
    ...(member.goneAt && { goneAt: member.goneAt }),
    ...(member.mergedInto && { mergedInto: member.mergedInto }),
  };
}

function stateOf({ goneAt, account, pulledAt }: MemberItem): MemberResource['state'] {
  if (goneAt) return 'gone';
  if (account) return 'member';
  return pulledAt ? 'contact' : 'unknown';
}
