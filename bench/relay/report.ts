import { answerLost, type SiteRequest } from '../../local/plugin-simulator/request-log.ts';
import type { Measured } from '../benchmark.ts';
import type { RelayCounts } from './judge.ts';

/** What became of webhooks that were posted straight to the plugin. */
export type StraightResult = {
  /** Answered 2xx in time. */
  believed: number;
  done: number;
  /** Done by nobody, not even by a later update. */
  lost: number;
  requests: readonly SiteRequest[];
};

const NONE = '–';

type Row = [what: string, through: number | string, straight: number | string];

/**
 * Both ways side by side, as a table.
 * @param requests that reached the site of the relay
 * @param refused those that met a closed door
 */
export function tableOf(
  counts: RelayCounts,
  requests: readonly SiteRequest[],
  refused: number,
  straight: StraightResult,
): Pick<Measured, 'columns' | 'rows'> {
  const { sent, answered, fates, seconds, leastSeconds } = counts;
  const rows: Row[] = [
    ['webhooks sent', sent, sent],
    ['answered 2xx within 5 s', answered, straight.believed],
    ['half of the answers within, ms', counts.p50Ms, NONE],
    ['99 % of the answers within, ms', counts.p99Ms, NONE],
    ['slowest answer, ms', counts.slowestMs, NONE],
    ['done by the plugin', fates.done, straight.done],
    ['joined to a later update', fates.joined, NONE],
    ['lost', fates.lost, straight.lost],
    ['out of order', counts.violations.length, NONE],
    ['at once, at most', counts.mostOpen, NONE],
    ['done twice, the answer lost', counts.repeated - counts.repeatedForNothing, NONE],
    ['done twice, the answer there', counts.repeatedForNothing, NONE],
    ['requests to the site', requests.length + refused, straight.requests.length],
    ...troubleRows(requests, straight.requests),
    ['… refused the connection', refused, NONE],
    ['until the last was done, s', seconds ?? 'never', NONE],
    ['at least, were the site always well, s', leastSeconds, NONE],
    ['share of that, %', seconds === undefined ? NONE : Math.round((100 * leastSeconds) / seconds), NONE],
  ];
  return { columns: ['', 'through Latchkey', 'straight to the plugin'], rows };
}

/** How many requests met which trouble. */
function troubleRows(through: readonly SiteRequest[], straight: readonly SiteRequest[]): Row[] {
  const [one, other] = [through, straight].map((all) => Map.groupBy(all, troubleOf));
  const kinds = [...(one?.keys() ?? [])].filter((kind) => kind !== undefined).sort();
  return kinds.map((kind) => [`… ${kind}`, one?.get(kind)?.length ?? 0, other?.get(kind)?.length ?? 0]);
}

function troubleOf(request: SiteRequest): string | undefined {
  const { clientGone, outcome, delivered } = request;
  if (clientGone) return 'cut off, or given up by the CRM';
  if (answerLost(request)) return `reset ${delivered ? 'after' : 'before'} the work`;
  if (typeof outcome !== 'number') return String(outcome);
  if (outcome < 200 || outcome > 299) return `answered ${outcome}`;
  return delivered ? undefined : `answered ${outcome} with a captcha`;
}
