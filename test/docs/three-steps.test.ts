import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import { loadAssembly } from '../../local/assembly.ts';
import { clientOptions } from '../../local/endpoints.ts';
import { latchkey as run } from '../cli/latchkey.ts';
import { type LocalLatchkey, startLocalLatchkey } from '../cli/local-latchkey.ts';
import { wireTo } from '../support/in-process.ts';
import type { TestLatchkey } from '../support/latchkey.ts';
import { sqsEvent } from '../support/sqs-event.ts';
import { openTable } from '../support/table-access.ts';

const RUNBOOK = resolve(import.meta.dirname, '../../docs/runbook.md');
const SITE = 'academy';
const TEN_MINUTES_MS = 600_000;

let local: LocalLatchkey;
let folder: string;
let latchkey: TestLatchkey;
beforeAll(async () => {
  local = await startLocalLatchkey({ pollers: false });
  ({ latchkey, folder } = local);
});
afterAll(async () => {
  await local.stop();
});

/** A genpass that came ten minutes ago, and has failed for good: the CRM was down. */
async function failedTenMinutesAgo(): Promise<WebhookRecord> {
  wireTo(latchkey.cloud);
  const { recordWebhook } = await import('../../functions/store/webhooks.ts');
  const crm = latchkey.simulators.get(SITE);
  const contactId = crm?.contacts.create({ email: 'waits@example.com' }).id ?? '';
  const at = Date.now() - TEN_MINUTES_MS;
  const receivedAt = new Date(at).toISOString();
  const webhook = { id: ulid(at), site: SITE, command: 'aal_genpass', contactId, parameters: {}, receivedAt };
  const start = { state: 'queued', queue: 'operations', pendingAt: receivedAt, recordDays: 30 } as const;
  await recordWebhook(webhook, start);
  const table = openTable(latchkey);
  await table.change(webhook, { attempts: 15 });
  table.close();
  crm?.faults.next({ does: 'answer', times: Number.POSITIVE_INFINITY });
  const record = (await latchkey.record(SITE, contactId, webhook.id)) as WebhookRecord;
  await latchkey.cloud.lambda('work').invoke(sqsEvent([record]));
  crm?.faults.clear(); // somebody has mended it
  return record;
}

/** What the alarm on dead letters of jobs looks at, as CloudWatch has it now. */
async function deadLettersNow(): Promise<number> {
  const assembly = await loadAssembly(process.env.TEST_ASSEMBLY ?? '');
  const alarm = assembly
    .ofType('AWS::CloudWatch::Alarm')
    .find(({ properties }) => String(properties.AlarmName).endsWith('operations-dead-letters'));
  const { MetricName, Namespace, Statistic } = alarm?.properties ?? {};
  const QueueName = latchkey.cloud.queues['operations/dead-letters']?.split('/').at(-1);
  const client = new CloudWatchClient(clientOptions(latchkey.cloud.endpoints.cloudwatch));
  const { MetricDataResults = [] } = await client.send(
    new GetMetricDataCommand({
      MetricDataQueries: [
        {
          Id: 'letters',
          MetricStat: {
            Metric: {
              Namespace: String(Namespace),
              MetricName: String(MetricName),
              Dimensions: [{ Name: 'QueueName', Value: QueueName }],
            },
            Period: 60,
            Stat: String(Statistic),
          },
        },
      ],
      StartTime: new Date(Date.now() - TEN_MINUTES_MS),
      EndTime: new Date(Date.now() + 60_000),
    }),
  );
  client.destroy();
  return MetricDataResults[0]?.Values?.[0] ?? 0;
}

/** The commands of the runbook's first section, in order. */
async function steps(): Promise<string[][]> {
  const [, section = ''] =
    /^## A webhook has failed.*?\n(.*?)^## /ms.exec(await readFile(RUNBOOK, 'utf8')) ?? [];
  const blocks = [...section.matchAll(/```sh\n\s*npx latchkey (.*?)\n\s*```/gs)];
  return blocks.map(([, command = '']) => command.split(' '));
}

test('from the alarm to the applied replay it takes the three steps of the runbook', async () => {
  const webhook = await failedTenMinutesAgo();
  expect(await deadLettersNow()).toBe(1);
  latchkey.cloud.startPollers();
  const commands = await steps();
  expect(commands.map(([name]) => name)).toEqual(['log', 'show', 'replay']);
  const take = async (step: string[] = []) => {
    const args = step.map((word) => (word === '<webhook>' ? webhook.id : word));
    const seen = await run(...args, '--local', folder);
    expect({ code: seen.code, err: seen.err }).toMatchObject({ code: 0 });
    return seen.out;
  };

  const listed = await take(commands[0]);
  expect(listed).toMatch(
    new RegExp(`${webhook.id}  ${SITE} .*contact ${webhook.contactId} .*failed: gave up`),
  );
  expect(await take(commands[1])).toMatch(/attempt 1 .*answered 500/);
  await take(commands[2]);

  const by = (await latchkey.record(SITE, webhook.contactId, webhook.id))?.replayedBy ?? '';
  expect(await latchkey.until(SITE, webhook.contactId, by, 'applied')).toMatchObject({
    replayOf: webhook.id,
  });
  expect(await latchkey.messagesIn('operations/dead-letters')).toBe(0); // which ends the alarm
});
