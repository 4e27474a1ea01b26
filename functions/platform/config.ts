import * as z from 'zod/mini';

/** SHA-256 of a handshake in hex. The handshake itself never stands in a file. */
const handshakeHash = z
  .string()
  .check(z.regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex: npx latchkey handshake'));

const id = (what: string) =>
  z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,31}$/, `${what}: 1 to 32 of a-z, 0-9 and "-"`));

/** ActiveCampaign's ids are numbers that it writes as strings. */
const numericId = z.string().check(z.regex(/^\d+$/, 'must be a numeric id, in quotes'));

const activeCampaign = z.strictObject({
  kind: z.literal('activecampaign'),
  /** Custom field (its numeric id) that takes the generated password, for the welcome e-mail. */
  passwordField: z.optional(numericId),
  /** Tag (its numeric id) that is added when genpass is done: the signal the welcome automation waits for. */
  completionTag: z.optional(numericId),
  /** The account's limit, all of its API keys together. ActiveCampaign: 5. */
  requestsPerSecond: z._default(z.number().check(z.positive(), z.lte(100)), 5),
});

const siteSchema = z.strictObject({
  id: id('a site id'),
  /** Two or more are valid at once, so that a handshake can be rotated without losing a webhook. */
  handshakes: z.array(handshakeHash).check(z.minLength(1, 'a site needs at least one handshake')),
  crm: z.discriminatedUnion('kind', [activeCampaign]),
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
    sites: z.array(siteSchema).check(z.minLength(1, 'the config needs at least one site')),
  })
  .check(z.refine((config) => unique(config.sites.map((site) => site.id)), 'two sites have the same id'))
  .check(
    z.refine(
      (config) => unique(config.sites.flatMap((site) => site.handshakes)),
      'two sites share a handshake: the handshake alone names the site',
    ),
  );

const unique = (values: string[]): boolean => new Set(values).size === values.length;

/** One membership site with every setting filled in. */
export type Site = z.output<typeof siteSchema>;
/** The checked config. */
export type Config = z.output<typeof configSchema>;
/** What `latchkey.config.ts` writes: settings with a default may be left out. */
export type ConfigInput = z.input<typeof configSchema>;
