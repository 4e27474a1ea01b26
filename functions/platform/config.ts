import * as z from 'zod/mini';
import { catalogue } from '../commands/catalogue.ts';
import { crmSchema } from '../crm/crms.ts';
import { fieldsOf, operationSchema } from '../operations/operation.ts';
import { promotionSchema } from '../payments/promotion.ts';
import { productSchema } from '../payments/providers.ts';
import { relaySchema } from '../relay/settings.ts';
import { programSchema } from '../teams/program.ts';
import { configName, tagIds, tagRule } from './config-parts.ts';

/** SHA-256 of a secret in hex. The secret itself never stands in a file. */
const sha256 = (command: string) =>
  z.string().check(z.regex(/^[0-9a-f]{64}$/, `must be a SHA-256 in hex: npx latchkey ${command}`));

const handshakeHash = sha256('handshake');
const keyHash = sha256('api-key');

const id = (what: string) =>
  z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,31}$/, `${what}: 1 to 32 of a-z, 0-9 and "-"`));

const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
};

const commandsThatAdd = catalogue.filter(({ adds }) => adds).map(({ name }) => name);

const siteSettings = z.strictObject({
  id: id('a site id'),
  /** Two or more are valid at once, so that a handshake can be rotated without losing a webhook. */
  handshakes: z.array(handshakeHash).check(z.minLength(1, 'a site needs at least one handshake')),
  crm: crmSchema,
  /** Hand webhooks on to the plugin that the site has, instead of keeping its members here. */
  target: z.optional(z.strictObject({ relay: relaySchema })),
  /** SHA-256 of the keys that open the site's API; several are valid at once, for rotation. */
  apiKeys: z._default(z.array(keyHash), []),
  /** What members may see: names of contents, each with the tags that give it. */
  access: z._default(z.record(configName, tagRule), {}),
  /** Tell the site what happens to its members. Where and with which secret is in its parameter `…/events`. */
  events: z._default(z.boolean(), false),
  /** A page visit pulls a member whose last pull is that old, though no webhook has arrived. */
  pullAfterHours: z._default(z.number().check(z.positive(), z.lte(8760)), 24),
  /** How long a visit waits for the CRM, in ms, before it is answered with what is known. */
  pullBudgetMs: z._default(z.int().check(z.gte(100), z.lte(10_000)), 2000),
  /** Tags, as the CRM's event webhooks name them, whose gain creates a member with a password. */
  genpassOnTags: tagIds,
  /** Pull the contact at once on aal_updateuser and aal_genpass, instead of marking it for its next visit. */
  legacyFullUpdate: z._default(z.boolean(), false),
  /** How long aal_batchsync waits; AccessAlly's waits about five minutes, SQS allows 15 at most. */
  batchDelaySeconds: z._default(z.int().check(z.gte(0), z.lte(900)), 300),
  /** By command that adds: seconds within which identical webhooks count once. 60 unless set; 0: each counts. */
  duplicateWindowSeconds: z._default(
    z
      .record(z.string(), z.int().check(z.gte(0), z.lte(3600)))
      .check(
        z.refine(
          (windows) => Object.keys(windows).every((name) => commandsThatAdd.includes(name)),
          `names a command that does not add; those that do: ${commandsThatAdd.join(', ')}`,
        ),
      ),
    {},
  ),
  /** Days until a webhook's record expires. */
  recordDays: z._default(z.int().check(z.gte(1), z.lte(3650)), 30),
  /** Where the site is, for the dates of its operations: an IANA name, such as Europe/Berlin. */
  timeZone: z._default(
    z.string().check(z.refine(isTimeZone, 'must be an IANA time zone, such as Europe/Berlin')),
    'UTC',
  ),
  /** Custom operations, by the name that aal_fieldop calls them by. */
  operations: z._default(z.record(configName, operationSchema), {}),
  /** Team programs, by the name that the team commands call them by. */
  teams: z._default(z.record(configName, programSchema), {}),
  /** What the site sells by subscription, by the name that the subscription commands call it by. */
  products: z._default(z.record(configName, productSchema), {}),
  /** Promotions, by the name that aal_createcoupon calls them by. */
  promotions: z._default(z.record(configName, promotionSchema), {}),
  /** Names under which this site's senders write the contact's id, beside the ones every CRM uses. */
  contactIdKeys: z._default(z.array(z.string().check(z.minLength(1), z.maxLength(100))), []),
});

const apiDomain = z.strictObject({
  /** The host name that CRMs will post to, such as hooks.example.com. */
  name: z.string().check(z.regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a host name')),
  /** ARN of its ACM certificate, in the region of the stack. */
  certificateArn: z.string().check(z.regex(/^arn:aws[\w-]*:acm:/, 'must be the ARN of an ACM certificate')),
});

const everyItem = (products: Record<string, { items: string[] }>): string[] =>
  Object.values(products).flatMap(({ items }) => items);

/** What a site sets up for the members that Latchkey keeps; the plugin of one that relays has all that itself. */
const OF_MEMBERS = [
  'apiKeys',
  'access',
  'genpassOnTags',
  'operations',
  'teams',
  'products',
  'promotions',
] as const;

/** The password field is written once, by genpass: an operation could overwrite it, or show it elsewhere. */
const siteSchema = siteSettings
  .check(
    z.refine(
      (site) =>
        !site.target ||
        (!site.events &&
          !site.legacyFullUpdate &&
          OF_MEMBERS.every((setting) => Object.keys(site[setting]).length === 0)),
      {
        error: `a site that relays has no members here: leave out events, legacyFullUpdate, ${OF_MEMBERS.join(', ')}`,
        path: ['target'],
      },
    ),
  )
  .check(
    z.refine(({ target, recordDays }) => !target || recordDays > target.relay.giveUpAfterDays, {
      error: 'must be more than giveUpAfterDays of the relay: what waits for the plugin waits in its record',
      path: ['recordDays'],
    }),
  )
  .check(
    z.refine(
      ({ crm, operations }) =>
        !Object.values(operations)
          .flat()
          .some((step) => crm.passwordField !== undefined && fieldsOf(step).includes(crm.passwordField)),
      { error: 'an operation uses the passwordField', path: ['operations'] },
    ),
  )
  .check(
    z.refine(
      ({ operations, teams }) =>
        Object.values(teams)
          .flatMap(({ interactions }) => Object.values(interactions))
          .every(({ operation }) => operation === undefined || Object.hasOwn(operations, operation)),
      { error: 'an interaction names an operation that the site does not have', path: ['teams'] },
    ),
  )
  .check(
    z.refine(({ products }) => unique(everyItem(products)), {
      error: 'two products name the same id: a subscription to it could be either',
      path: ['products'],
    }),
  )
  .check(
    z.refine(
      ({ crm, promotions }) =>
        Object.values(promotions).every(
          ({ field }) => crm.passwordField === undefined || field !== crm.passwordField,
        ),
      { error: 'a promotion uses the passwordField', path: ['promotions'] },
    ),
  )
  .check(
    z.refine(({ promotions }) => unique(Object.values(promotions).map(({ field }) => field)), {
      error: 'two promotions write the same field',
      path: ['promotions'],
    }),
  );

export const configSchema = z
  .strictObject({
    domain: z.optional(apiDomain),
    /** How often the CRMs are asked which contacts changed, to find webhooks that were lost on the way. */
    reconcileMinutes: z._default(z.int().check(z.gte(1), z.lte(1440)), 15),
    /** Who is mailed when an alarm rings; AWS asks each address first whether it wants that. */
    alarmEmails: z._default(z.array(z.email('must be an e-mail address')), []),
    sites: z.array(siteSchema).check(z.minLength(1, 'the config needs at least one site')),
  })
  .check(z.refine((config) => unique(config.sites.map((site) => site.id)), 'two sites have the same id'))
  .check(
    z.refine(
      (config) => unique(config.sites.flatMap((site) => site.handshakes)),
      'two sites share a handshake: the handshake alone names the site',
    ),
  )
  .check(
    z.refine(({ sites }) => {
      const keys = sites.flatMap((site) => site.apiKeys);
      const handshakes = new Set(sites.flatMap((site) => site.handshakes));
      return unique(keys) && !keys.some((key) => handshakes.has(key));
    }, 'an API key stands twice, or is a handshake too: the key alone names the site'),
  );

const unique = (values: string[]): boolean => new Set(values).size === values.length;

/** One membership site with every setting filled in. */
export type Site = z.output<typeof siteSettings>;
/** The checked config. */
export type Config = z.output<typeof configSchema>;
/** What `latchkey.config.ts` writes: settings with a default may be left out. */
export type ConfigInput = z.input<typeof configSchema>;
