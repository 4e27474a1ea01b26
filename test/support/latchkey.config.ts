import { createHash } from 'node:crypto';
import type { ConfigInput } from '../../functions/platform/config.ts';

const hash = (handshake: string): string => createHash('sha256').update(handshake).digest('hex');

/** The handshakes of the test sites. */
export const HANDSHAKES = {
  academy: 'test-academy-5f2b1c9e7a3d4860',
  legacy: 'test-legacy-9c81d2e4f6a7b350',
  slow: 'test-slow-3e7f1a2b4c5d6e8f',
  managed: 'test-managed-4a6c8e0f1b3d5a7c',
};

const FAST = 100; // requests per second, so that only tests about the limit wait for it

/**
 * The sites that tests run: an ordinary one, one that pulls at once, one with ActiveCampaign's real limit, and one
 * whose contacts are in no CRM.
 */
export default {
  sites: [
    {
      id: 'academy',
      handshakes: [hash(HANDSHAKES.academy), hash('test-academy-rotated-0a1b2c3d4e5f')],
      crm: { kind: 'activecampaign', passwordField: '7', completionTag: '9', requestsPerSecond: FAST },
      batchDelaySeconds: 0,
      contactIdKeys: ['lead_id'],
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
    },
    {
      id: 'managed',
      handshakes: [hash(HANDSHAKES.managed)],
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
