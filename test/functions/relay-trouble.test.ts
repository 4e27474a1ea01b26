import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { PluginSite } from '../../local/plugin-simulator/plugin-site.ts';
import { sendEvent } from '../support/deliveries.ts';
import { type FaultyLatchkey, startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import { eventually } from '../support/latchkey.ts';
import { doneFor, hostOf } from '../support/relay.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';

const VISIBILITY_SECONDS = 10; // a killed worker's message comes back then; longer than one waits at the gate

let latchkey: FaultyLatchkey;
let host: PluginSite;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('relay', 'relayed', {
    pluginHost: { answerMs: 5 },
    queueAttributes: { deliveries: { VisibilityTimeout: String(VISIBILITY_SECONDS) } },
  });
  host = hostOf(latchkey, 'relayed');
  table = openTable(latchkey);
});
afterEach(() => latchkey.proxies.dynamodb.decide(() => 'pass'));
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

test('a relay that is killed while the plugin works hands the webhook on again, under the same id', async () => {
  const letGo = host.hold();
  const id = await latchkey.send('relayed', 'aal_fieldop', {
    ...{ 'contact[id]': '8001', seq: '1', operationId: 'points' },
  });
  const sent = () => host.requests.filter(({ webhookId }) => webhookId === id);
  await host.until(() => sent().length === 1);

  latchkey.cloud.functions.relay?.kill();
  await table.letHoldPass({ site: 'relayed', contactId: '8001', id });
  letGo();

  const record = await latchkey.until('relayed', '8001', id, 'applied');
  expect(record.attempts).toBe(2);
  expect(sent().map(({ delivered }) => delivered)).toEqual([true, true]); // HTTP could not know
});

test('a relay that is killed before it has asked the plugin repeats nothing', async () => {
  const killed = Promise.withResolvers<void>();
  latchkey.proxies.dynamodb.decide(({ operation, body }) => {
    if (!operation.endsWith('PutItem') || !body.includes('gate#relayed')) return 'pass';
    return {
      before: () => {
        latchkey.proxies.dynamodb.decide(() => 'pass');
        latchkey.cloud.functions.relay?.kill();
        killed.resolve();
      },
    };
  });
  const id = await latchkey.send('relayed', 'aal_genpass', { 'contact[id]': '8002', seq: '1' });
  await killed.promise;
  await eventually(() => table.letHoldPass({ site: 'relayed', contactId: '8002', id }));

  await latchkey.until('relayed', '8002', id, 'applied');
  expect(doneFor(host.requests, '8002')).toEqual([1]);
});

test('an event that cannot be noted after the plugin has taken it is not sent to it again', async () => {
  latchkey.proxies.dynamodb.decide(({ operation, body }) =>
    operation.endsWith('PutItem') && body.includes('relayed-event') ? 'refuse' : 'pass',
  );
  const id = await sendEvent(latchkey, 'flooded', {
    type: 'update',
    'contact[id]': '8003',
    seq: '1',
  });

  const record = await latchkey.until('flooded', '8003', id, 'applied');
  latchkey.proxies.dynamodb.decide(() => 'pass');
  expect(record.attempts).toBe(1);
  expect(latchkey.lines.some((line) => line.includes('event not noted'))).toBe(true);
  expect(doneFor(hostOf(latchkey, 'flooded').requests, '8003')).toEqual([1]);
});
