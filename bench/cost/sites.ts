import { createHash } from 'node:crypto';
import type { Config, ConfigInput } from '../../functions/platform/config.ts';
import { checkConfig } from '../../lib/config.ts';

/** A site of the measurement, and what opens it. */
export type MeasuredSite = { id: string; handshake: string; apiKey: string };

const siteOf = (id: string): MeasuredSite => ({
  id,
  handshake: `benchmark-${id}-0123456789abcdef`,
  apiKey: `benchmark-${id}-api-key-0123456789abcdef`,
});

/** One that is told nothing, one that is told what happens to its members, and one that relays. */
export const SITES = { plain: siteOf('plain'), told: siteOf('told'), relayed: siteOf('relayed') };

const hash = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** The fields and tags are those of the simulated account, which has ActiveCampaign's own limit. */
const crm = { kind: 'activecampaign', passwordField: '7', completionTag: '9' } as const;

/** What the sites need for their webhooks. Nothing waits that need not. */
export function configOfSites(): Config {
  const keeping = ({ id, handshake, apiKey }: MeasuredSite) => ({
    ...{ id, crm, handshakes: [hash(handshake)], apiKeys: [hash(apiKey)], batchDelaySeconds: 0 },
    access: { library: { anyOf: ['1', '8'] } },
    operations: { 'ten-points': [{ do: 'add' as const, field: '3', amount: 10 }] },
  });
  const { plain, told, relayed } = SITES;
  const input: ConfigInput = {
    sites: [
      keeping(plain),
      { ...keeping(told), events: true },
      {
        id: relayed.id,
        handshakes: [hash(relayed.handshake)],
        crm: { kind: 'activecampaign' },
        target: { relay: { url: 'https://relayed.example.com/' } },
      },
    ],
  };
  return checkConfig(input, 'the benchmark');
}
