import { createHash } from 'node:crypto';
import { checkConfig } from '../../lib/config.ts';

/** Of the site below, and of nothing that is deployed. */
export const HANDSHAKE = 'benchmark-receiver-0123456789abcdef';

/** The operation that the site below knows. */
export const OPERATION = 'lesson-done';

/** A config with one site, for benchmarks of what receives. */
export const receiverConfig = checkConfig(
  {
    sites: [
      {
        id: 'academy',
        handshakes: [createHash('sha256').update(HANDSHAKE).digest('hex')],
        crm: { kind: 'activecampaign', passwordField: '7' },
        operations: { [OPERATION]: [{ do: 'add', field: '3', amount: 10 }] },
      },
    ],
  },
  'the config of a benchmark',
);
