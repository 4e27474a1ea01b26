import * as z from 'zod/mini';
import { httpsUrl, isOnThisMachine } from '../http/https-url.ts';

/** What SQS keeps a message for, and longer than any host is down that comes back. */
const MOST_DAYS = 14;

const name = z.string().check(z.regex(/^[\w-]{1,64}$/, 'up to 64 letters, digits, _ and -'));

/** Headers that say something of the connection or the body, or that Latchkey sets itself. */
const TAKEN =
  /^(host|connection|keep-alive|te|trailer|upgrade|expect|transfer-encoding|accept-encoding|user-agent|idempotency-key|(content|proxy)-.*)$/i;

/** Where a request carries the plugin's secret. */
const secretPlace = z.union([
  /** As the value of this parameter of the query. */
  z.strictObject({ query: name }),
  /** In this header. */
  z.strictObject({ header: name }),
  /** As the last segment of the path. */
  z.strictObject({ path: z.literal('end') }),
]);

export type SecretPlace = z.output<typeof secretPlace>;

const words = z.optional(z.array(z.string().check(z.minLength(1))).check(z.minLength(1)));

const eventFilter = z.strictObject({
  /** Only events of these types, in the CRM's words: `update`. */
  types: words,
  /** Of the events about a tag, only those about one of these, as the event names them. */
  tags: words,
  /** Only what was done from there: `public`, `admin`, `api` or `system`. Without `api`, what the plugin itself changes is left out. */
  initiatedFrom: words,
  /** At least so much time between two events of one contact: those that come sooner wait, and become one where they say the same. */
  secondsBetween: z._default(z.int().check(z.gte(0), z.lte(86_400)), 0),
});

export type EventFilter = z.output<typeof eventFilter>;

/** Whether an address is the plugin's alone, with nothing that would be lost when a webhook's query is put in. */
function isBare(text: string): boolean {
  const url = URL.parse(text);
  return url?.username === '' && url.password === '' && url.search === '' && url.hash === '';
}

/** How a site's webhooks are handed on to the plugin that it has. */
export const relaySchema = z
  .strictObject({
    /** The plugin's address without its secret, such as `https://academy.example.com/`. */
    url: z
      .url({ protocol: /^https?$/, error: 'must be an http(s) address' })
      .check(
        z.refine(isBare, 'must have neither a query nor a password: the secret is in the parameter …/relay'),
      ),
    /** Where the plugin's secret goes in what comes by /relay. Without it, that route is shut. */
    secretIn: z.optional(secretPlace),
    /** Queries of what comes by /relay, such as `wpf_action=update`, that only ask for an update: of those that wait, one is handed on. */
    updates: z._default(
      z.array(z.string().check(z.regex(/^[^?#\s]+$/, 'must be a query, without the ?'))),
      [],
    ),
    /** Requests that the host bears at the same time. */
    concurrency: z._default(z.int().check(z.gte(1), z.lte(50)), 4),
    /** Requests that it bears in a second. */
    requestsPerSecond: z._default(z.number().check(z.gte(0.1), z.lte(100)), 5),
    /** How long it may take for an answer. */
    timeoutSeconds: z._default(z.int().check(z.gte(1), z.lte(60)), 30),
    /** Days until a webhook that the site does not take is given up. */
    giveUpAfterDays: z._default(z.number().check(z.positive(), z.lte(MOST_DAYS)), MOST_DAYS),
    /** The plugin answers with a page of HTML. Captchas and login pages count as failures even then. */
    acceptsHtml: z._default(z.boolean(), false),
    /** Lets webhooks travel unencrypted. */
    allowHttp: z._default(z.boolean(), false),
    /** Lets the host be on a private network, or on this machine. */
    allowPrivateAddresses: z._default(z.boolean(), false),
    /** Which of the CRM's events are handed on; without it, all. */
    events: z.optional(eventFilter),
  })
  .check(
    z.refine(({ url, allowHttp }) => allowHttp || URL.parse(url)?.protocol === 'https:', {
      error: 'must be an https address, or allowHttp must be true',
      path: ['url'],
    }),
  )
  .check(
    z.refine(({ url, allowPrivateAddresses }) => allowPrivateAddresses || !isOnThisMachine(url), {
      error: 'is on this machine: allowPrivateAddresses must be true',
      path: ['url'],
    }),
  )
  .check(
    z.refine(({ secretIn }) => !(secretIn && 'header' in secretIn && TAKEN.test(secretIn.header)), {
      error: 'is a header with a meaning of its own, in which the secret would be lost',
      path: ['secretIn', 'header'],
    }),
  )
  .check(
    z.refine(
      ({ secretIn, updates }) =>
        !(
          secretIn &&
          'query' in secretIn &&
          updates.some((query) => new URLSearchParams(query).has(secretIn.query))
        ),
      { error: 'names the parameter of the secret, which is put in later', path: ['updates'] },
    ),
  );

export type RelaySettings = z.output<typeof relaySchema>;

/** What the parameter `/latchkey/<stage>/<site>/relay` holds. */
export const relaySecretSchema = z.object({
  /** What the plugin knows its senders by. */
  secret: z.string().check(z.minLength(1), z.maxLength(512)),
  /** The plugin's address in this stage, instead of the config's: by HTTPS, but for a site on the same machine. */
  url: z.optional(httpsUrl.check(z.refine(isBare))),
});
