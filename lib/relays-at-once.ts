import type { Config } from '../functions/platform/config.ts';
import { GROUPS_AT_ONCE } from '../functions/relay/groups-at-once.ts';

const FEWEST = 2; // SQS allows no less
const MOST = 20;

/** Invocations of relay that all hosts at their fastest keep busy, and as many again that wait for their turn. */
export function relaysAtOnce({ sites }: Config): number {
  const requests = sites.reduce((sum, { target }) => sum + (target?.relay.concurrency ?? 0), 0);
  return Math.min(Math.max(Math.ceil((2 * requests) / GROUPS_AT_ONCE), FEWEST), MOST);
}
