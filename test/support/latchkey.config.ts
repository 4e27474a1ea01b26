import { createHash } from 'node:crypto';
import type { ConfigInput } from '../../functions/platform/config.ts';
import demo from '../../latchkey.config.ts';

const hash = (handshake: string): string => createHash('sha256').update(handshake).digest('hex');

/** The handshakes of the test sites. */
export const HANDSHAKES = {
  academy: 'test-academy-5f2b1c9e7a3d4860',
  legacy: 'test-legacy-9c81d2e4f6a7b350',
  slow: 'test-slow-3e7f1a2b4c5d6e8f',
  told: 'test-told-6c5d4e3f2a1b0987',
  managed: 'test-managed-4a6c8e0f1b3d5a7c',
  guild: 'test-guild-1c3e5a7b9d0f2468',
  relayed: 'test-relayed-2b4d6f8a0c1e3579',
  flooded: 'test-flooded-7a9c1e3b5d0f2468',
};

/** The keys of the test sites' API. */
export const API_KEYS = {
  academy: 'test-academy-api-key-8d1f0c2b4a6e',
  told: 'test-told-api-key-1a2b3c4d5e6f7089',
  slow: 'test-slow-api-key-77aa66bb55cc44dd',
  managed: 'test-managed-api-key-0f1e2d3c4b5a6978',
};

/** Tags of the simulated CRM: what the sites' contents ask for. */
export const TAGS = {
  ...{ basic: '6', premium: '8', foundations: '12', newsletter: '2' },
  ...{ leads: '30', belongs: '31', left: '32', told: '33' },
};

const ACCESS = {
  club: { anyOf: ['34'] },
  foundations: { anyOf: [TAGS.foundations, TAGS.premium] },
  library: { anyOf: [TAGS.basic, TAGS.premium], noneOf: [TAGS.newsletter] },
};

/** Fields of the simulated ActiveCampaign: what the operations and promotions write. */
export const FIELDS = { points: '3', plan: '5', coupon: '11' };

/** Tags that tell what became of a subscription. */
export const PAYMENT_TAGS = { customer: '34', ended: '35', failed: '36' };

/** What the sites sell: the same through either provider. */
const productTags = {
  ended: { add: [PAYMENT_TAGS.ended], remove: [PAYMENT_TAGS.customer, PAYMENT_TAGS.failed] },
  paymentFailed: { add: [PAYMENT_TAGS.failed] },
  paymentRecovered: { remove: [PAYMENT_TAGS.failed] },
};
const PAYMENTS = {
  products: {
    club: { provider: 'stripe', items: ['prod_club'], tags: productTags },
    course: {
      provider: 'stripe',
      items: ['prod_course', 'prod_course_de'],
      refundOnRevoke: true,
      tags: productTags,
    },
    circle: { provider: 'paypal', items: ['P-CIRCLE'], tags: productTags },
    retreat: { provider: 'paypal', items: ['P-RETREAT'], refundOnRevoke: true, tags: productTags },
  },
  promotions: {
    welcome: { discount: { percentOff: 20 }, expiresAfterDays: 14, field: FIELDS.coupon, prefix: 'HEY' },
  },
} satisfies Partial<ConfigInput['sites'][number]>;

/** What the sites' operations do to a contact. */
const operationsOn = (
  points: string,
  plan: string,
  tag: string,
): ConfigInput['sites'][number]['operations'] => ({
  'ten-points': [{ do: 'add', field: points, amount: 10 }],
  'double-points': [{ do: 'multiply', field: points, by: 2 }],
  refused: [
    { do: 'add', field: points, amount: 10 },
    { do: 'add-tags', tags: ['999999'] },
    { do: 'set', field: plan, value: 'Alumni' },
  ],
  'five-less': [{ do: 'subtract', field: points, amount: 5.5 }],
  finish: [
    { do: 'add', field: points, amount: 10 },
    { do: 'set', field: plan, value: 'Alumni' },
    { do: 'start-automation', automation: '3' },
    { do: 'add-tags', tags: [tag] },
    { do: 'start-automation', automation: '4' },
  ],
  graduate: [
    { do: 'add', field: points, amount: 50 },
    { do: 'set', field: plan, value: 'Alumni' },
    { do: 'add-tags', tags: [tag], when: { fields: { [points]: { atLeast: 100 } } } },
  ],
});

/** A team program whose roles and interactions these tags show. */
const teamsOf = (tags: { leads: string; belongs: string; left: string; told: string }) => ({
  crew: {
    seats: 3,
    leader: { grant: { add: [tags.leads] }, revoke: { add: [tags.left], remove: [tags.leads] } },
    members: {
      grant: { add: [tags.belongs], remove: [tags.left] },
      revoke: { add: [tags.left], remove: [tags.belongs] },
    },
    interactions: {
      tell: { for: 'everyone' as const, tags: { add: [tags.told] } },
      reward: { for: 'members' as const, operation: 'ten-points' },
      thank: { for: 'leader' as const, tags: { add: [tags.told] } },
    },
  },
});

const [DEMO] = demo.sites; // the documents play with its operations and teams

const FAST = 100; // requests per second, so that only tests about the limit wait for it

/**
 * The sites that tests run: an ordinary one, one that pulls at once, one with ActiveCampaign's real limit, one
 * that is told what happens, one with Keap at its real limit, one whose contacts are in no CRM, and two that relay,
 * the second of which wants few of its CRM's events.
 */
export default {
  sites: [
    {
      id: 'academy',
      handshakes: [hash(HANDSHAKES.academy), hash('test-academy-rotated-0a1b2c3d4e5f')],
      crm: { kind: 'activecampaign', passwordField: '7', completionTag: '9', requestsPerSecond: FAST },
      batchDelaySeconds: 0,
      contactIdKeys: ['lead_id'],
      apiKeys: [hash(API_KEYS.academy), hash('test-academy-api-key-rotated-0a1b')],
      access: ACCESS,
      // As ActiveCampaign's events name tags; the id is for jobs that look at the contact itself.
      genpassOnTags: ['Gold member ', '20'],
      operations: {
        ...operationsOn(FIELDS.points, FIELDS.plan, TAGS.foundations),
        ...DEMO?.operations,
      },
      ...PAYMENTS,
      teams: { ...teamsOf(TAGS), ...DEMO?.teams },
    },
    {
      id: 'legacy',
      handshakes: [hash(HANDSHAKES.legacy)],
      crm: { kind: 'activecampaign', requestsPerSecond: FAST },
      legacyFullUpdate: true,
      duplicateWindowSeconds: { aal_createcoupon: 0, aal_teamops: 3600 },
    },
    {
      id: 'slow',
      handshakes: [hash(HANDSHAKES.slow)],
      crm: { kind: 'activecampaign' },
      batchDelaySeconds: 0,
      apiKeys: [hash(API_KEYS.slow)],
    },
    {
      id: 'told',
      handshakes: [hash(HANDSHAKES.told)],
      crm: { kind: 'activecampaign', passwordField: '7', requestsPerSecond: FAST },
      batchDelaySeconds: 0,
      apiKeys: [hash(API_KEYS.told)],
      access: { ...ACCESS, crew: { anyOf: [TAGS.belongs, TAGS.leads] } },
      events: true,
      operations: operationsOn(FIELDS.points, FIELDS.plan, TAGS.foundations),
      ...PAYMENTS,
      teams: teamsOf(TAGS),
    },
    {
      id: 'guild',
      handshakes: [hash(HANDSHAKES.guild)],
      crm: { kind: 'keap' },
      operations: operationsOn('13', '15', TAGS.foundations),
      teams: teamsOf(TAGS),
    },
    {
      id: 'managed',
      handshakes: [hash(HANDSHAKES.managed)],
      apiKeys: [hash(API_KEYS.managed)],
      operations: operationsOn('points', 'plan', 'Graduate'),
      teams: teamsOf({ leads: 'Leads', belongs: 'Belongs', left: 'Left', told: 'Told' }),
      crm: {
        kind: 'managed',
        passwordField: 'password',
        completionTag: 'account ready',
        keys: {
          lastName: 'person.family name',
          phone: 'Mobile',
          fields: { plan: 'Plan Name', points: 'stats.points', password: 'password' },
        },
      },
    },
    {
      id: 'relayed',
      handshakes: [hash(HANDSHAKES.relayed)],
      crm: { kind: 'activecampaign' },
      target: {
        relay: {
          url: 'https://relayed.example.com/',
          secretIn: { query: 'access_key' },
          updates: ['wpf_action=update'],
          requestsPerSecond: 100,
          timeoutSeconds: 2,
        },
      },
    },
    {
      id: 'flooded',
      handshakes: [hash(HANDSHAKES.flooded)],
      crm: { kind: 'activecampaign' },
      target: {
        relay: {
          url: 'https://flooded.example.com/',
          secretIn: { query: 'key' },
          requestsPerSecond: 100,
          events: {
            types: ['update', 'contact_tag_added'],
            tags: ['Gold'],
            initiatedFrom: ['public', 'admin', 'system'],
            secondsBetween: 3600,
          },
        },
      },
    },
  ],
} satisfies ConfigInput;
