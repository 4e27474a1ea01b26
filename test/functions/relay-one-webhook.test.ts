import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Gate } from '../../functions/relay/gate.ts';
import { type HttpServer, listen } from '../../local/crm-simulators/http-server.ts';
import { httpEvent } from '../support/http-event.ts';
import { HANDSHAKES } from '../support/latchkey.config.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';

const LOCKED = `<!DOCTYPE html><html><head><title>Abort</title></head><body id="error-page">
<strong>Doing it wrong:</strong> An update webhook is already being processed</body></html>`;

let latchkey: TestLatchkey;
let table: TableAccess;
let plugin: HttpServer;
let answer: { status: number; text: string };
let types: (string | undefined)[];
beforeAll(async () => {
  latchkey = await startTestLatchkey();
  table = openTable(latchkey);
  plugin = await listen((request, response) => {
    types.push(request.headers['content-type']);
    response.writeHead(answer.status, { 'content-type': 'text/html' }).end(answer.text);
  }, 0);
  const parameter = { secret: 'secret-of-a-real-plugin', url: plugin.url };
  latchkey.cloud.parameters.values.set('/latchkey/local/relayed/relay', JSON.stringify(parameter));
  answer = { status: 200, text: 'OK' };
  types = [];
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
  await plugin.close();
});

async function gate(): Promise<Gate> {
  const item = (await table.items()).find(({ pk }) => pk === 'gate#relayed');
  return item?.gate as Gate;
}

test('what a plugin refuses of one webhook for good does not stop its site', async () => {
  answer = { status: 422, text: 'no such operation' };
  for (let contact = 1; contact <= 6; contact++) {
    const id = await latchkey.send('relayed', 'aal_genpass', { 'contact[id]': `61${contact}` });
    await latchkey.until('relayed', `61${contact}`, id, 'failed');
  }

  const { failures, stoppedUntil, passes } = await gate();
  expect({ failures, stoppedUntil, passes }).toEqual({ failures: 0, passes: {} });
});

test("a contact that the plugin is at already waits for it alone: the site's other contacts do not", async () => {
  answer = { status: 200, text: LOCKED };
  const locked = await latchkey.send('relayed', 'aal_genpass', { 'contact[id]': '6201' });
  await eventually(async () =>
    expect((await latchkey.record('relayed', '6201', locked))?.history).toHaveLength(1),
  );
  answer = { status: 200, text: 'OK' };

  const other = await latchkey.send('relayed', 'aal_genpass', { 'contact[id]': '6202' });

  await latchkey.until('relayed', '6202', other, 'applied');
  expect((await gate()).heldUntil).toBeUndefined();
  const record = await latchkey.record('relayed', '6201', locked);
  expect(record).toMatchObject({ state: 'queued', reason: expect.stringContaining('another webhook') });
});

test.each([
  ['text/plain; charset=utf-8', 'text/plain; charset=utf-8'],
  ['text/plain; name=\ufffd', undefined], // as API Gateway gives what is no UTF-8
])('a webhook whose content type is %j is handed on with %j', async (contentType, seen) => {
  const event = httpEvent({
    ...{ path: '/', query: `aal_genpass=${HANDSHAKES.relayed}`, body: 'contact[id]=6301' },
    headers: { 'content-type': contentType },
  });
  const { body } = (await latchkey.cloud.lambda('receive').invoke(event)) as { body: string };
  const { webhook } = JSON.parse(body) as { webhook: string };

  await latchkey.until('relayed', '6301', webhook, 'applied');
  expect(types.at(-1)).toBe(seen);
});
