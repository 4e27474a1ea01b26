import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { relayedEventKey } from '../../../functions/store/keys.ts';
import type { PluginSite } from '../../../local/plugin-simulator/plugin-site.ts';
import { deliver, sendEvent } from '../../support/deliveries.ts';
import { HANDSHAKES } from '../../support/latchkey.config.ts';
import { eventually, type TestLatchkey } from '../../support/latchkey.ts';
import { openTable, type TableAccess } from '../../support/table-access.ts';
import { latchkey as run } from '../latchkey.ts';
import { type LocalLatchkey, startLocalLatchkey } from '../local-latchkey.ts';

const EMAIL = 'canary-3b8d@relay.example';
const CANARY = { 'contact[email]': EMAIL, 'contact[first_name]': 'Canarina' };

let local: LocalLatchkey;
let latchkey: TestLatchkey;
let table: TableAccess;
let plugin: PluginSite;
beforeAll(async () => {
  local = await startLocalLatchkey({ pollers: false });
  ({ latchkey } = local);
  table = openTable(latchkey);
  plugin = latchkey.plugins.get('relayed') as PluginSite;
});
afterAll(async () => {
  table.close();
  await local.stop();
});

const locally = (...args: string[]) => run(...args, '--local', local.folder);
const send = (contact: string, command = 'aal_updateuser') =>
  latchkey.send('relayed', command, { 'contact[id]': contact, ...CANARY });
const ofContact = async (site: string, id: string) =>
  (await table.items()).filter(({ pk }) => pk === `${site}#${id}`);

describe('log and show', () => {
  test('have what was joined, parked and filtered, and nothing of the requests', async () => {
    const [first, last] = [await send('1'), await send('1')];
    await deliver(latchkey, 'relayed', '1', first);
    const event = { type: 'update', 'contact[id]': '2', ...CANARY };
    await deliver(latchkey, 'flooded', '2', await sendEvent(latchkey, 'flooded', event));
    const parked = await sendEvent(latchkey, 'flooded', event);
    await deliver(latchkey, 'flooded', '2', parked);
    const filtered = await sendEvent(latchkey, 'flooded', { ...event, type: 'unsubscribe' });
    const waiting = await send('3', 'aal_genpass');

    const life = async (id: string) => {
      const [text, json] = [await locally('show', id), await locally('show', id, '--json')];
      expect(text.code + json.code).toBe(0);
      for (const { out } of [text, json]) expect(out).not.toMatch(/canary|Canarina|secretIn|"request"/);
      return { text: text.out, json: JSON.parse(json.out) };
    };
    expect(await life(first)).toMatchObject({
      text: expect.stringMatching(new RegExp(`applied +${last}, a later update`)),
      json: { state: 'applied', joinedTo: last },
    });
    expect(await life(last)).toMatchObject({
      text: expect.stringMatching(/ POST \/ 200, \d+ ms\n/),
      json: { state: 'applied', joined: 1, history: [{ calls: [expect.stringMatching(/^POST \/ 200/)] }] },
    });
    const kept = await life(parked);
    expect(kept.text).toMatch(/ parked +waits until /);
    expect(kept.json.dueAt).toBe(kept.json.pendingAt);
    expect((await life(waiting)).text).toMatch(/queued +on deliveries\n/);
    const log = await locally('log', '--outcome', 'filtered', '--command', 'crm_event');
    expect(log.out).toMatch(new RegExp(`${filtered}.* filtered: the site wants no events of this type\n$`));
    const all = await locally('log', '--json', '--limit', '100');
    expect(all.out).not.toMatch(/canary|Canarina|secretIn|"request"/);
  });
});

describe('what is about members', () => {
  test.each([['member', '1'], ['export'], ['import', 'people.csv']])(
    '%s is refused for a site that has none here',
    async (...args) => {
      expect(await locally(...args, '--site', 'relayed')).toMatchObject({
        ...{ code: 1, out: '' },
        err: 'The site relayed relays: its members are in its plugin.\n',
      });
    },
  );
});

describe('forget', () => {
  test('erases what waits for the plugin and when it was told last, and says where else to look', async () => {
    await table.putItem({ ...relayedEventKey('relayed', '11'), at: new Date().toISOString() });
    const applied = await send('11');
    await deliver(latchkey, 'relayed', '11', applied);
    const waiting = await send('11', 'aal_genpass');
    const { code, out } = await locally('forget', '11', '--site', 'relayed', '--yes');
    expect(code).toBe(0);
    for (const words of [
      '  1 webhooks, jobs for a coming date included\n',
      '  1 webhooks that wait to be handed to the plugin\n',
      '  1 time at which an event went to the plugin\n',
      '  the user in WordPress, and the contact in the CRM with its tags: erase them there\n',
      'What is not found by this:\n  webhooks in which no id was found, but the e-mail address: run the same',
    ])
      expect(out).toContain(words);
    expect(await ofContact('relayed', '11')).toEqual([]);

    const before = plugin.requests.length;
    await latchkey.cloud.lambda('relay').invoke({
      Records: [
        {
          ...{ messageId: '1', receiptHandle: '1' },
          body: JSON.stringify({ task: 'apply', webhook: { site: 'relayed', contactId: '11', id: waiting } }),
          attributes: { ApproximateReceiveCount: '1', MessageGroupId: 'relayed/11' },
        },
      ],
    });
    expect(plugin.requests).toHaveLength(before);
    expect(await ofContact('relayed', '11')).toEqual([]);
  });

  test('finds by the e-mail address what was passed through without an id', async () => {
    const body = new URLSearchParams({ email: EMAIL, note: 'Canarina' });
    const url = `${latchkey.cloud.url}/relay/${HANDSHAKES.relayed}?wpf_action=update`;
    expect((await fetch(url, { method: 'POST', body })).status).toBe(200);
    const { code, out } = await locally('forget', EMAIL, '--site', 'relayed', '--yes');
    expect(code).toBe(0);
    expect(out).toMatch(/^Erased of contact e-[0-9a-f]+:\n {2}1 webhooks that wait/);
    expect(out).toContain("webhooks that name the contact's id: run the same command with that\n");
    expect(out).not.toContain('canary');
    const gone = await locally('forget', EMAIL, '--site', 'relayed');
    expect(gone.out).toMatch(/^There is nothing of contact e-[0-9a-f]+\.\nWhat is not found by this:\n/);
  });

  test('waits for what is being handed on just now', async () => {
    const id = await send('12');
    const heldUntil = new Date(Date.now() + 60_000).toISOString();
    await table.changeItem('relayed#12', `webhook#${id}`, { heldUntil, heldBy: 'worker' });
    expect(await locally('forget', '12', '--site', 'relayed', '--yes')).toMatchObject({
      code: 1,
      err: 'Nothing was erased: 1 jobs of contact 12 are not done yet: try again when they are.\n',
    });
    await table.letHoldPass({ site: 'relayed', contactId: '12', id });
    expect((await locally('forget', '12', '--site', 'relayed', '--yes')).code).toBe(0);
  });
});

describe('what the plugin refused', () => {
  test('is replayed with its request, and redriven from the dead letters of deliveries', async () => {
    await plugin.setFault({ does: 'final4xx', status: 404 });
    const [one, other] = [await send('21', 'aal_genpass'), await send('22', 'aal_genpass')];
    await deliver(latchkey, 'relayed', '21', one);
    await deliver(latchkey, 'relayed', '22', other);
    await plugin.setFault(undefined);
    await latchkey.until('relayed', '21', one, 'failed');
    const count = await locally('redrive', '--queue', 'deliveries', '--json');
    expect(JSON.parse(count.out)).toEqual({ deadLetters: { deliveries: 2 } });

    const replayed = await locally('replay', one, '--yes', '--json');
    const [{ by }] = JSON.parse(replayed.out).replayed;
    await deliver(latchkey, 'relayed', '21', by);
    await latchkey.until('relayed', '21', by, 'applied');
    expect(await latchkey.messagesIn('deliveries/dead-letters')).toBe(1);

    expect((await locally('redrive', '--queue', 'deliveries', '--yes')).out).toMatch(
      /deliveries +1 sent back/,
    );
    latchkey.cloud.startPollers();
    const standIn = await eventually(async () => {
      const { replayedBy } = (await latchkey.record('relayed', '22', other)) ?? {};
      expect(replayedBy).toBeDefined();
      return String(replayedBy);
    });
    await latchkey.until('relayed', '22', standIn, 'applied');
    const { body } = plugin.requests.at(-1) ?? {};
    expect(String(body)).toBe(new URLSearchParams({ 'contact[id]': '22', ...CANARY }).toString());
  });
});
