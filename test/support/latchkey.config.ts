import { createHash } from 'node:crypto';
import type { ConfigInput } from '../../functions/platform/config.ts';

const hash = (handshake: string): string => createHash('sha256').update(handshake).digest('hex');

/** The handshakes of the test sites. */
export const HANDSHAKES = {
  academy: 'test-academy-5f2b1c9e7a3d4860',
  legacy: 'test-legacy-9c81d2e4f6a7b350',
  slow: 'test-slow-3e7f1a2b4c5d6e8f',
  told: 'test-told-6c5d4e3f2a1b0987',
  managed: 'test-managed-4a6c8e0f1b3d5a7c',
};

/** The keys of the test sites' API. */
export const API_KEYS = {
  academy: 'test-academy-api-key-8d1f0c2b4a6e',
  told: 'test-told-api-key-1a2b3c4d5e6f7089',
  slow: 'test-slow-api-key-77aa66bb55cc44dd',
  managed: 'test-managed-api-key-0f1e2d3c4b5a6978',
};

/** Tags of the simulated CRM: what the sites' contents ask for. */
export const TAGS = { basic: '6', premium: '8', foundations: '12', newsletter: '2' };

const ACCESS = {
  foundations: { anyOf: [TAGS.foundations, TAGS.premium] },
  library: { anyOf: [TAGS.basic, TAGS.premium], noneOf: [TAGS.newsletter] },
};

const FAST = 100; // requests per second, so that only tests about the limit wait for it

/**
 * The sites that tests run: an ordinary one, one that pulls at once, one with ActiveCampaign's real limit, one
 * that is told what happens, and one whose contacts are in no CRM.
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
    },
    {
      id: 'legacy',
      handshakes: [hash(HANDSHAKES.legacy)],
      crm: { kind: 'activecampaign', requestsPerSecond: FAST },
      legacyFullUpdate: true,
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
      access: ACCESS,
      events: true,
    },
    {
      id: 'managed',
      handshakes: [hash(HANDSHAKES.managed)],
      apiKeys: [hash(API_KEYS.managed)],
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
  ],
} satisfies ConfigInput;
