import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Fault } from '../../local/plugin-simulator/fault.ts';
import type { PluginSite } from '../../local/plugin-simulator/plugin-site.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { hostOf } from '../support/relay.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';

let latchkey: TestLatchkey;
let host: PluginSite;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pluginHost: { answerMs: 5 } });
  host = hostOf(latchkey, 'relayed');
  table = openTable(latchkey);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

const refusals: [Fault, string][] = [
  [{ does: 'answers500' }, 'the site answered 500'],
  [{ does: 'captcha' }, 'the site answered 200 with a Cloudflare challenge'],
  [{ does: 'captcha', by: 'siteground' }, 'the site answered 202 with a SiteGround captcha'],
  [{ does: 'loginPage' }, 'the site answered 200 with a login page'],
  [{ does: 'htmlPage' }, 'the site answered 200 with a page, which is no answer of the plugin'],
  [
    { does: 'redirects', to: 'https://www.example.com/?access_key=x' },
    'a redirect to https://www.example.com: ',
  ],
  [{ does: 'resets', when: 'before' }, 'was reset'],
  [{ does: 'hangs' }, 'did not answer within 2 s'],
  [{ does: 'down' }, 'refused the connection'],
];

/** Lets whatever the site's gate has learned be forgotten, so that each trouble is met. */
const forgetGate = () => table.remove({ pk: 'gate#relayed', sk: 'gate' });

test('whatever a site answers that is no answer of its plugin is recorded, and tried again until it is one', async () => {
  const sent: [contact: string, id: string][] = [];
  for (const [index, [fault, reason]] of refusals.entries()) {
    const contact = `81${index}`;
    await host.setFault(fault);
    await forgetGate();
    const id = await latchkey.send('relayed', 'aal_genpass', { 'contact[id]': contact });
    const record = await eventually(async () => {
      const found = await latchkey.record('relayed', contact, id);
      expect(found?.history?.[0]?.reason).toContain(reason);
      return found;
    });
    expect(record?.state).toBe('queued');
    expect(JSON.stringify(record?.history)).not.toContain('access_key=');
    sent.push([contact, id]);
  }
  await host.setFault();
  await forgetGate();

  for (const [contact, id] of sent) {
    const record = await latchkey.until('relayed', contact, id, 'applied');
    expect(record.history?.at(-1)?.reason).toBe('the site answered 200');
  }
});

test('a 429 is obeyed: nobody asks the site again before the time that it names', async () => {
  await forgetGate();
  const before = host.requests.length;
  await host.setFault({ does: 'answers429', retryAfterSeconds: 3 });
  const first = await latchkey.send('relayed', 'aal_genpass', { 'contact[id]': '8201' });
  await eventually(async () =>
    expect((await latchkey.record('relayed', '8201', first))?.history).toHaveLength(1),
  );
  await host.setFault();
  const second = await latchkey.send('relayed', 'aal_genpass', { 'contact[id]': '8202' });

  await latchkey.until('relayed', '8202', second, 'applied');
  const [refused, next] = host.requests.slice(before);
  expect(refused?.outcome).toBe(429);
  expect((next?.at ?? 0) - (refused?.endedAt ?? 0)).toBeGreaterThanOrEqual(2_950); // clocks round
  await latchkey.until('relayed', '8201', first, 'applied');
});

test('a webhook that the site does not take for fourteen days has failed, and is a dead letter', async () => {
  await forgetGate();
  await host.setFault({ does: 'answers503' });
  const id = await latchkey.send('relayed', 'aal_genpass', { 'contact[id]': '8301' });
  const webhook = { site: 'relayed', contactId: '8301', id };
  await eventually(async () =>
    expect((await latchkey.record('relayed', '8301', id))?.history).toHaveLength(1),
  );
  await table.change(webhook, { receivedAt: new Date(Date.now() - 14 * 86_400_000).toISOString() });

  const failed = await latchkey.until('relayed', '8301', id, 'failed');
  expect(failed.reason).toMatch(/^gave up after 14 days; last: the site answered 503/);
  await eventually(async () => expect(await latchkey.messagesIn('deliveries/dead-letters')).toBe(1));
});
