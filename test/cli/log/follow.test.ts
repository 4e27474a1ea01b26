import { expect, test } from '@jest/globals';
import { follow, type Sources } from '../../../cli/log/follow.ts';
import type { Filter } from '../../../cli/log/read-options.ts';
import type { WebhookRecord, WebhookState } from '../../../functions/store/webhooks.ts';

const LONG_ENOUGH_MS = 4_000; // several looks at the log

/** A webhook that came so many seconds ago. */
const webhook = (secondsAgo: number, state: WebhookState): WebhookRecord => ({
  id: `webhook-${secondsAgo}`,
  site: 'academy',
  command: 'aal_genpass',
  contactId: '1',
  parameters: {},
  receivedAt: secondsBack(secondsAgo),
  state,
});

const secondsBack = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();

/** A log of these webhooks, which finds by time and outcome. */
const logOf = (records: WebhookRecord[]): Sources => ({
  newest: async ({ query: { since = '', until, outcome } }) =>
    records.filter(
      ({ receivedAt, state }) => receivedAt >= since && receivedAt < until && (outcome ?? state) === state,
    ),
  now: async (asked) => records.filter(({ id }) => asked.some((record) => record.id === id)),
});

/** The first webhook that somebody is shown who has looked at the log until then; undefined where there is none. */
async function firstShown(query: Filter['query'], log: Sources): Promise<WebhookRecord | undefined> {
  const shown = follow({ sites: [], query }, log, [], AbortSignal.timeout(LONG_ENOUGH_MS));
  const { value } = await shown.next();
  await shown.return(undefined);
  return value;
}

test('what came while the first look was being taken is shown', async () => {
  const between = webhook(3, 'flagged');
  expect(await firstShown({ until: secondsBack(5) }, logOf([between, webhook(9, 'flagged')]))).toEqual(
    between,
  );
});

test('who follows an outcome is shown what comes to it only later, and nothing else', async () => {
  const waiting = webhook(1, 'queued');
  const log = logOf([webhook(2, 'applied'), waiting]);
  const query = { until: secondsBack(5), outcome: 'failed' as const };
  const fails: Sources = {
    ...log,
    now: async (asked) => asked.map((record) => ({ ...record, state: 'failed' })),
  };
  expect(await firstShown(query, fails)).toEqual({ ...waiting, state: 'failed' });
});
