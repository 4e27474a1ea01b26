import { WebhookTally } from '../../local/crm-simulators/webhook-tally.ts';
import type { Measured } from '../benchmark.ts';
import { isAccepted } from '../support/post.ts';
import type { Played } from './play.ts';

/** ActiveCampaign hangs up after this. */
const CRM_PATIENCE_MS = 5_000;
/** Of what went wrong, so many are told in words. */
const TOLD = 3;

const COLUMNS = [
  ...['scene', 'webhooks', 'connections', 'DynamoDB stalls', 'not 2xx', 'lost', 'duplicated'],
  ...[
    'half within, ms',
    '95 % within, ms',
    '99 % within, ms',
    'slowest, ms',
    'over 5 s, %',
    'a second',
    'memory, %',
  ],
];

/** Bursts as a table, a row for each. */
export const tableOf = (all: readonly Played[]): Pick<Measured, 'columns' | 'rows'> => ({
  columns: COLUMNS,
  rows: all.map(rowOf),
});

function rowOf(played: Played): (string | number)[] {
  const { scene, posted, seconds, stalls, verdict, memory } = played;
  const tally = new WebhookTally();
  for (const { delivery } of posted) tally.add(delivery);
  const { failed, p50Ms, p95Ms, p99Ms, slowestMs } = tally.counts();
  return [
    ...[scene.name, posted.length, scene.connections, stalls],
    ...[failed, verdict.lost.length, verdict.duplicated.length],
    ...[p50Ms, p95Ms, p99Ms, slowestMs],
    ...[(100 * lateOnes(played)) / posted.length, Math.round(posted.length / seconds)],
    mostOf(memory),
  ];
}

/** How near a function came to its memory setting. */
const mostOf = (memory: Played['memory']): number | string =>
  memory.length === 0
    ? 'not measured'
    : Math.round(Math.max(...memory.map(({ peakMb, settingMb }) => (100 * peakMb) / settingMb)));

const lateOnes = ({ posted }: Played): number =>
  posted.filter(({ delivery }) => delivery.durationMs > CRM_PATIENCE_MS).length;

/** Where a promise was not kept, in words; where a burst was no test of it, too. */
export function troublesOf(played: Played): string[] {
  const { scene, posted, stalls, verdict, memory } = played;
  const refused = posted.filter((each) => !isAccepted(each));
  const late = lateOnes(played);
  const troubles = [
    ...(posted.length < scene.webhooks ? [`only ${posted.length} webhooks were posted`] : []),
    ...(refused.length > 0
      ? [`${refused.length} were not answered 2xx: ${examples(refused.map(howOf))}`]
      : []),
    ...(verdict.lost.length > 0 ? [`${verdict.lost.length} were lost: ${examples(verdict.lost)}`] : []),
    ...(verdict.duplicated.length > 0
      ? [`${verdict.duplicated.length} had their effect more than once: ${examples(verdict.duplicated)}`]
      : []),
    ...(late > 0 ? [`${late} were answered after more than 5 s`] : []),
    ...(scene.stall && stalls === 0 ? ['DynamoDB did not stall'] : []),
    ...memory
      .filter(({ peakMb, settingMb }) => peakMb >= settingMb)
      .map(
        ({ name, peakMb, settingMb }) =>
          `${name} had ${peakMb.toFixed(0)} MB of the ${settingMb} MB that it is set to`,
      ),
  ];
  return troubles.map((trouble) => `${scene.name}: ${trouble}`);
}

const howOf = ({ delivery }: Played['posted'][number]): string =>
  'status' in delivery ? `status ${delivery.status}` : delivery.failure;

/** The first few, each once. */
const examples = (all: readonly string[]): string => [...new Set(all)].slice(0, TOLD).join('; ');
