import * as z from 'zod/mini';
import { crmSchema } from '../crm/crms.ts';

/** SHA-256 of a secret in hex. The secret itself never stands in a file. */
const sha256 = (command: string) =>
  z.string().check(z.regex(/^[0-9a-f]{64}$/, `must be a SHA-256 in hex: npx latchkey ${command}`));

const handshakeHash = sha256('handshake');
const keyHash = sha256('api-key');

const id = (what: string) =>
  z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,31}$/, `${what}: 1 to 32 of a-z, 0-9 and "-"`));

/** A list of tag ids, as the CRM writes them. */
const tagIds = z._default(z.array(z.string().check(z.minLength(1))), []);

/** Who may see a content: all three must hold; an empty list asks for nothing. */
const accessRule = z
  .strictObject({
    /** At least one of these tags. */
    anyOf: tagIds,
    /** Every one of these tags. */
    allOf: tagIds,
    /** None of these tags. */
    noneOf: tagIds,
  })
  .check(
    z.refine(
      ({ anyOf, allOf, noneOf }) => anyOf.length + allOf.length + noneOf.length > 0,
      'needs at least one tag: without any, everybody would have access',
    ),
  );

const siteSchema = z.strictObject({
  id: id('a site id'),
  /** Two or more are valid at once, so that a handshake can be rotated without losing a webhook. */
  handshakes: z.array(handshakeHash).check(z.minLength(1, 'a site needs at least one handshake')),
  crm: crmSchema,
  /** SHA-256 of the keys that open the site's API; several are valid at once, for rotation. */
  apiKeys: z._default(z.array(keyHash), []),
  /** What members may see: names of contents, each with the tags that give it. */
  access: z._default(
    z.record(
      z.string().check(z.regex(/^[\w.:-]{1,64}$/, 'up to 64 letters, digits and . : _ -')),
      accessRule,
    ),
    {},
  ),
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
  /** Days until a webhook's record expires. */
  recordDays: z._default(z.int().check(z.gte(1), z.lte(3650)), 30),
  /** Names under which this site's senders write the contact's id, beside the ones every CRM uses. */
  contactIdKeys: z._default(z.array(z.string().check(z.minLength(1), z.maxLength(100))), []),
});

const apiDomain = z.strictObject({
  /** The host name that CRMs will post to, such as hooks.example.com. */
  name: z.string().check(z.regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a host name')),
  /** ARN of its ACM certificate, in the region of the stack. */
  certificateArn: z.string().check(z.regex(/^arn:aws[\w-]*:acm:/, 'must be the ARN of an ACM certificate')),
});

export const configSchema = z
  .strictObject({
    domain: z.optional(apiDomain),
    /** How often the CRMs are asked which contacts changed, to find webhooks that were lost on the way. */
    reconcileMinutes: z._default(z.int().check(z.gte(1), z.lte(1440)), 15),
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
export type Site = z.output<typeof siteSchema>;
/** The checked config. */
export type Config = z.output<typeof configSchema>;
/** What `latchkey.config.ts` writes: settings with a default may be left out. */
export type ConfigInput = z.input<typeof configSchema>;
