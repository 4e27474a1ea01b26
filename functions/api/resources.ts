import * as z from 'zod/mini';
import { accessOf } from '../members/access.ts';
import { SUBSCRIPTION_STATES } from '../payments/provider.ts';
import type { Site } from '../platform/config.ts';
import { configName } from '../platform/config-parts.ts';
import type { Flag } from '../store/flags.ts';
import type { MemberItem } from '../store/members.ts';
import type { Person, Team } from '../store/teams.ts';
import { VALID_ID } from '../webhooks/contact-ids.ts';

const say = (text: string) => z.describe(text);

/** A contact's id. @param whose what the contact is here, for the document */
export const contactId = (whose = 'the contact') =>
  z
    .string('is required')
    .check(z.regex(VALID_ID, 'must be 1 to 64 letters, digits and . : _ -'), say(`The CRM's id of ${whose}`));

/** The contact in a path. */
export const contactParams = z.strictObject({ contactId: contactId() });

/** The team in a path. */
export const teamParams = z.strictObject({
  teamId: configName.check(say('The team program, as the site config names it')),
  leader: contactId('the contact that leads the team'),
});

export const emailText = z.string('is required').check(
  z.trim(),
  // What is longer is not looked at any further: the time that the pattern takes grows with the square of the length.
  z.maxLength(254, { error: 'may be 254 characters long at most', abort: true }),
  z.regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'must be an e-mail address'),
);

/** A first or a last name; '' where nothing is said of it. */
export const personName = z._default(
  z.string().check(z.trim(), z.maxLength(100, 'may be 100 characters long at most')),
  '',
);

const DEFAULT_LIMIT = 50;
const LIMITS = 'must be a number from 1 to 100';

/** How many entries a page of a list may hold. */
export const pageLimit = z._default(
  z.pipe(
    z.string().check(z.regex(/^\d{1,3}$/, LIMITS)),
    z.pipe(z.transform(Number), z.number().check(z.gte(1, LIMITS), z.lte(100, LIMITS))),
  ),
  DEFAULT_LIMIT,
);

/** What leads to the next page of a list. */
export const nextPage = z.optional(z.string().check(say('Leads to the next page, as `after`')));

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
    subscriptions: z
      .record(
        z.string(),
        z.object({
          state: z.enum(SUBSCRIPTION_STATES),
          paidUntil: z.optional(z.string().check(say('Until when it is paid for (ISO time)'))),
          endsAt: z.optional(z.string().check(say('When it ends or has ended (ISO time)'))),
        }),
      )
      .check(say("Subscriptions by the name of the site's product, as last seen at the payment provider")),
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
    subscriptions: Object.fromEntries(
      Object.entries(member.subscriptions ?? {}).map(([product, { state, paidUntil, endsAt }]) => [
        product,
        { state, ...(paidUntil && { paidUntil }), ...(endsAt && { endsAt }) },
      ]),
    ),
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

/** A team as the site API shows it. */
export const teamResource = z
  .object({
    teamId: z.string().check(say('The team program, as the site config names it')),
    leader: z.string().check(say('The contact that leads it; it takes no seat')),
    seats: z.int(),
    used: z.int().check(say('Seats in use')),
    free: z.int().check(say('Seats that can be taken')),
    state: z
      .enum(['open', 'deleting'])
      .check(say('deleting: nobody can join any more, and those who are in it are being taken off')),
    createdAt: z.string().check(say('ISO time')),
  })
  .check(z.meta({ id: 'Team', description: 'A team: one for each program and leader' }));

export type TeamResource = z.output<typeof teamResource>;

/** Shows a team to its site. */
export const toTeamResource = ({ program, leader, seats, used, state, createdAt }: Team): TeamResource => ({
  ...{ teamId: program, leader, seats, used, free: seats - used, state, createdAt },
});

/** Somebody in a team as the site API shows it. */
export const teamMemberResource = z
  .object({
    contactId: z.string().check(say("The CRM's id of the contact")),
    since: z.string().check(say('When it joined (ISO time)')),
  })
  .check(z.meta({ id: 'TeamMember', description: 'A contact that has a seat in a team' }));

/** Shows somebody in a team to its site. */
export const toTeamMember = ({ contactId, since }: Person): z.output<typeof teamMemberResource> => ({
  contactId,
  since,
});

/** The job that follows a change of a contact's place in a team. */
export const webhookOfTags = z.optional(
  z
    .string()
    .check(say('The job that brings the tags, by the id of its record; missing where nothing was changed')),
);
