import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { METRICS } from '../../../functions/platform/metric-names.ts';
import type { MetricQuery, readMetrics as ReadMetrics } from '../../../functions/platform/metrics.ts';
import { clientOptions } from '../../../local/endpoints.ts';
import { sendEvent } from '../../support/deliveries.ts';
import { wireTo } from '../../support/in-process.ts';
import config from '../../support/latchkey.config.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';
import { siteApi } from '../../support/site-api.ts';
import { openTable } from '../../support/table-access.ts';

let latchkey: TestLatchkey;
let readMetrics: typeof ReadMetrics;
beforeAll(async () => {
  latchkey = await startTestLatchkey();
  wireTo(latchkey.cloud);
  ({ readMetrics } = await import('../../../functions/platform/metrics.ts'));
});
afterAll(() => latchkey.stop());

/** All values of the last hour together. */
const totals = async (queries: MetricQuery[]): Promise<Record<string, number>> => {
  const now = Date.now();
  const span = { since: new Date(now - 3_600_000), until: new Date(now + 60_000), periodSeconds: 60 };
  const series = await readMetrics(queries, span);
  return Object.fromEntries(
    series.map(({ label, points }) => [label, points.reduce((sum, { value }) => sum + value, 0)]),
  );
};
const by = ({ name, by: dimension }: { name: string; by: string }, value: string): MetricQuery => ({
  label: `${name} ${value}`,
  metric: name,
  dimensions: { [dimension]: value },
  statistic: 'Sum',
});
const of = ({ name }: { name: string }, statistic: MetricQuery['statistic'] = 'Sum'): MetricQuery => ({
  label: `${name} ${statistic}`,
  metric: name,
  statistic,
});

test('what webhooks and jobs came to is read from the lines that the functions wrote about them', async () => {
  const id = await latchkey.send('academy', 'aal_genpass', { contactId: '1' });
  await latchkey.send('academy', 'aal_updateuser', { contactId: '2' });
  await latchkey.post('academy', 'aal_genpass', {});
  await fetch(`${latchkey.cloud.url}/?aal_updateuser=guess`, { method: 'POST', body: 'contactId=1' });
  await latchkey.until('academy', '1', id, 'applied');
  await eventually(async () =>
    expect(
      await totals([
        by(METRICS.webhooks, 'queued'),
        by(METRICS.webhooks, 'flagged'),
        by(METRICS.webhooks, 'refused'),
        by(METRICS.jobs, 'applied'),
        by(METRICS.jobs, 'failed'),
        of(METRICS.unauthorized),
        of(METRICS.answerMilliseconds, 'SampleCount'),
      ]),
    ).toEqual({
      'Webhooks queued': 1,
      'Webhooks flagged': 1,
      'Webhooks refused': 2,
      'Jobs applied': 1,
      'Jobs failed': 0,
      'Unauthorized Sum': 1,
      'AnswerMilliseconds SampleCount': 4,
    }),
  );
});

test('how long senders waited is in milliseconds, and the site API does not count', async () => {
  const before = await totals([of(METRICS.answerMilliseconds, 'SampleCount')]);
  await fetch(`${latchkey.cloud.url}/v1/members`);
  await latchkey.send('academy', 'aal_updateuser', { contactId: '3' });
  const after = await totals([
    of(METRICS.answerMilliseconds, 'SampleCount'),
    of(METRICS.answerMilliseconds, 'Maximum'),
  ]);
  const name = 'AnswerMilliseconds';
  expect((after[`${name} SampleCount`] ?? 0) - (before[`${name} SampleCount`] ?? 0)).toBe(1);
  expect(after[`${name} Maximum`]).toBeGreaterThan(0);
});

test('requests to a CRM are read by site and for all, and those that its limit refused', async () => {
  const before = await totals([of(METRICS.crmRequests), by(METRICS.crmRequestsBySite, 'academy')]);
  latchkey.simulators.get('academy')?.faults.next({ does: 'answer', status: 429 });
  const id = await latchkey.send('academy', 'aal_genpass', { contactId: '4' });
  await latchkey.until('academy', '4', id, 'applied');
  await eventually(async () => {
    const now = await totals([
      of(METRICS.crmRequests),
      by(METRICS.crmRequestsBySite, 'academy'),
      of(METRICS.crmRefused),
      by(METRICS.crmRefusedBySite, 'academy'),
      by(METRICS.crmRefusedBySite, 'told'),
    ]);
    expect(now).toMatchObject({
      'CrmRefused Sum': 1,
      'CrmRefused academy': 1,
      'CrmRefused told': 0,
    });
    expect(now['CrmRequests Sum']).toBeGreaterThan((before['CrmRequests Sum'] ?? 0) + 1);
    expect(now['CrmRequests academy']).toBeGreaterThan((before['CrmRequests academy'] ?? 0) + 1);
  });
});

test('what plugins took and that one is left alone is read by site, and that a site did not want an event', async () => {
  const first = await latchkey.send('relayed', 'aal_updateuser', { contactId: '1' });
  await latchkey.until('relayed', '1', first, 'applied');
  await sendEvent(latchkey, 'flooded', { type: 'unsubscribe', contactId: '1' });
  await latchkey.plugins.get('relayed')?.setFault({ does: 'answers503' });
  for (const contactId of ['2', '3', '4', '5', '6'])
    await latchkey.send('relayed', 'aal_updateuser', { contactId });
  await eventually(async () => {
    const now = await totals([
      by(METRICS.webhooks, 'filtered'),
      by(METRICS.relayedBySite, 'relayed'),
      by(METRICS.relayedBySite, 'flooded'),
      by(METRICS.relayStopsBySite, 'flooded'),
    ]);
    expect(now).toEqual({
      ...{ 'Webhooks filtered': 1, 'Relayed relayed': 1, 'Relayed flooded': 0, 'RelayStops flooded': 0 },
    });
    const stops = await totals([of(METRICS.relayStops), by(METRICS.relayStopsBySite, 'relayed')]);
    expect(Math.min(...Object.values(stops))).toBeGreaterThan(0);
  });
});

test('events are read by what came of telling the site', async () => {
  const id = await latchkey.send('told', 'aal_genpass', { contactId: '1' });
  await latchkey.until('told', '1', id, 'applied');
  await eventually(async () => {
    const told = await totals([by(METRICS.siteEvents, 'delivered'), by(METRICS.siteEvents, 'failed')]);
    expect(told['SiteEvents delivered']).toBeGreaterThan(0);
    expect(told['SiteEvents failed']).toBe(0);
  });
});

test('a member whose webhook was lost is found once, and a CRM that cannot be asked is a run that broke off', async () => {
  const reconcile = () => latchkey.cloud.lambda('reconcile').invoke({});
  const sites = config.sites.filter((site) => !('target' in site)).length; // the plugin of one that relays asks itself
  const found = () => totals([of(METRICS.reconcileFound), of(METRICS.reconcileFailed)]);
  const runs = () => totals([of(METRICS.reconcileFound, 'SampleCount')]);
  await siteApi(latchkey, 'academy').visit('5', 'profile-view');
  await reconcile(); // what the tests before have changed
  await eventually(async () => expect(await runs()).toEqual({ 'ReconcileFound SampleCount': sites }));
  const { 'ReconcileFound Sum': before = 0 } = await found();

  const table = openTable(latchkey);
  // Longer ago than two clocks may differ.
  const pulledAt = new Date(Date.now() - 300_000).toISOString();
  await siteApi(latchkey, 'academy').visit('5', 'profile-view');
  await table.changeItem('academy#5', 'member', { pulledAt });
  table.close();
  latchkey.simulators.get('academy')?.contacts.addTag('5', 'Lost on the way');
  latchkey.simulators.get('told')?.faults.next({ does: 'answer', status: 500 });
  await reconcile();
  await eventually(async () =>
    expect(await found()).toEqual({ 'ReconcileFound Sum': before + 1, 'ReconcileFailed Sum': 1 }),
  );
});

test('what the sweep found is read, and nothing found is a zero and not a gap', async () => {
  await latchkey.cloud.schedules.sweep?.trigger();
  await eventually(async () =>
    expect(
      await totals([
        of(METRICS.sweepFound, 'SampleCount'),
        of(METRICS.sweepFound),
        of(METRICS.sweepFailed, 'SampleCount'),
      ]),
    ).toEqual({ 'SweepFound SampleCount': 1, 'SweepFound Sum': 0, 'SweepFailed SampleCount': 1 }),
  );
});

test('a job whose date has come is queued by the sweep, and was not lost', async () => {
  const [{ startPartAt }, { siteById }, { writeTogether }] = await Promise.all([
    import('../../../functions/jobs/start-job.ts'),
    import('../../../functions/platform/sites.ts'),
    import('../../../functions/store/table.ts'),
  ]);
  const job = { site: 'academy', command: 'pull', contactId: '6', parameters: {} };
  const at = new Date(Date.now() - 1000).toISOString();
  await writeTogether([startPartAt(job, at, siteById('academy'))]);
  await latchkey.cloud.schedules.sweep?.trigger();
  const [{ id } = { id: '' }] = await latchkey.records('academy', '6');
  await latchkey.until('academy', '6', id, 'applied');
  await eventually(async () =>
    expect(await totals([of(METRICS.sweepFound, 'SampleCount'), of(METRICS.sweepFound)])).toEqual({
      'SweepFound SampleCount': 2,
      'SweepFound Sum': 0,
    }),
  );
});

test('dead letters are counted when somebody looks', async () => {
  const sqs = new SQSClient(clientOptions(latchkey.cloud.endpoints.sqs));
  const QueueUrl = latchkey.cloud.queues['batch-sync/dead-letters'];
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
  sqs.destroy();
  const visible: MetricQuery = {
    label: 'dead',
    namespace: 'AWS/SQS',
    metric: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: 'latchkey-local-batch-sync-dead' },
    statistic: 'Maximum',
  };
  expect(await totals([visible])).toEqual({ dead: 1 });
});

test('more queries than one request takes come back in their order', async () => {
  const queries = Array.from({ length: 501 }, (_, index) => ({
    ...of(METRICS.sweepFound),
    label: `series ${index}`,
  }));
  expect(Object.keys(await totals(queries))).toEqual(queries.map(({ label }) => label));
});
