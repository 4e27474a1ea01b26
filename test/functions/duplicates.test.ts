import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import { ADDING, type Sender, senderTo } from '../support/adding-commands.ts';
import { type HttpAnswer, httpEvent } from '../support/http-event.ts';
import { HANDSHAKES } from '../support/latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { restHook } from '../support/rest-hook.ts';
import { sqsEvent } from '../support/sqs-event.ts';
import { openTable } from '../support/table-access.ts';
import type { WebhookAnswer } from '../support/webhook-answer.ts';

const HANDSHAKE = HANDSHAKES.academy;
const ROTATED = 'test-academy-rotated-0a1b2c3d4e5f';
const AT_ONCE = 4;
const ROUNDS = 10;

let latchkey: TestLatchkey;
let sender: Sender;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false, concurrency: { receive: AT_ONCE } });
  await latchkey.cloud.functions.receive?.warm(AT_ONCE);
  sender = senderTo(latchkey);
});
afterAll(() => latchkey.stop());

let contacts = 0;
const newContact = () => String(++contacts);

const statesOf = async (contact: string) =>
  (await latchkey.records('academy', contact)).map(({ state }) => state).sort();

/** Has the worker work on every message that there is for a contact. */
async function workOff(contact: string): Promise<void> {
  await latchkey.cloud.functions.work?.invoke(sqsEvent(await latchkey.records('academy', contact)));
}

describe('identical webhooks count once', () => {
  test.each(Object.keys(ADDING))('%s that comes again is recorded as a duplicate', async (command) => {
    const contact = newContact();
    const first = await sender.post(command, contact);
    const { webhook, http, ...answer } = await sender.post(command, contact);

    expect([first.http, first.status]).toEqual([200, 'queued']);
    expect([http, answer]).toEqual([200, { status: 'duplicate', command, duplicateOf: first.webhook }]);
    expect(await latchkey.record('academy', contact, first.webhook)).toMatchObject({ state: 'queued' });
    expect(await latchkey.record('academy', contact, webhook)).toMatchObject({
      ...{ command, state: 'duplicate', duplicateOf: first.webhook },
      reason: expect.stringMatching(new RegExp(`^identical to ${first.webhook}, \\d+ s earlier$`)),
    });
    const lines = latchkey.lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    expect(lines.find((line) => line.webhook === webhook)).toMatchObject({
      ...{ level: 'INFO', message: 'webhook', status: 200, outcome: 'duplicate' },
    });
  });

  test('of those that come at the same moment, exactly one counts', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const contact = newContact();
      const posts = Array.from({ length: AT_ONCE }, () => sender.post('aal_updateteam', contact));
      const answers = await Promise.all(posts);
      const counted = answers.find(({ status }) => status === 'queued')?.webhook;
      expect(answers.map(({ http, duplicateOf }) => [http, duplicateOf ?? 'counts']).sort()).toEqual([
        ...Array(AT_ONCE - 1).fill([200, counted]),
        [200, 'counts'],
      ]);
      expect(await statesOf(contact)).toEqual([...Array(AT_ONCE - 1).fill('duplicate'), 'queued']);
    }
  });

  test.each([
    ['a form', 'application/x-www-form-urlencoded', 'contactId=#&operationId=points'],
    ['JSON', 'application/json', '{"contactId":"#","operationId":"points"}'],
    [
      'a multipart form',
      'multipart/form-data; boundary=b0',
      '--b0\r\nContent-Disposition: form-data; name="contactId"\r\n\r\n#\r\n' +
        '--b0\r\nContent-Disposition: form-data; name="operationId"\r\n\r\npoints\r\n--b0--\r\n',
    ],
  ])('as %s', async (_, type, template) => {
    const body = template.replace('#', newContact());
    const send = () => sender.postTo(`/aal_fieldop/${HANDSHAKE}`, body, { 'content-type': type });
    expect([(await send()).status, (await send()).status]).toEqual(['queued', 'duplicate']);
  });

  test('however API Gateway hands their bytes over', async () => {
    const body = `contactId=${newContact()}&operationId=points&name=Zoë`;
    const invoke = async (base64: boolean): Promise<WebhookAnswer> => {
      const event = httpEvent({ query: `aal_fieldop=${HANDSHAKE}`, body, base64 });
      const answer = (await latchkey.cloud.functions.receive?.invoke(event)) as HttpAnswer | undefined;
      return JSON.parse(answer?.body ?? '');
    };
    expect([(await invoke(false)).status, (await invoke(true)).status]).toEqual(['queued', 'duplicate']);
  });

  test('whichever handshake of the site they come with, and wherever it stands', async () => {
    const body = new URLSearchParams({ contactId: newContact() });
    const first = await sender.postTo(`/?aal_fieldop=${HANDSHAKE}&operationId=points`, body);
    expect(first.status).toBe('queued');
    for (const path of [
      `/?aal_fieldop=${ROTATED}&operationId=points`,
      `/?operationId=points&aal_fieldop=${ROTATED}`,
      `/aal_fieldop/${ROTATED}?operationId=points`,
      `/aal_fieldop/${HANDSHAKE}?operationId=points`,
    ]) {
      const { duplicateOf } = await sender.postTo(path, body);
      expect([path, duplicateOf]).toEqual([path, first.webhook]);
    }
  });

  test('and a duplicate keeps nothing that only its applying would need', async () => {
    const body = new URLSearchParams({ id: 'd-1', email: 'd@example.com', operationId: 'points' });
    const send = () => sender.postTo(`/aal_fieldop/${HANDSHAKES.managed}`, body);
    const [first, second] = [await send(), await send()];
    expect([first.status, second.status]).toEqual(['queued', 'duplicate']);
    expect(await latchkey.record('managed', 'd-1', second.webhook)).not.toHaveProperty('secrets');
  });

  test('and the worker drops the message of a duplicate', async () => {
    const contact = newContact();
    await sender.post('aal_fieldop', contact);
    await sender.post('aal_fieldop', contact);

    await workOff(contact);

    const [first, second] = await latchkey.records('academy', contact);
    expect(first?.attempts).toBe(1);
    expect([second?.state, second?.attempts]).toEqual(['duplicate', undefined]);
  });
});

describe('webhooks that differ all count', () => {
  const TEAM = `/aal_updateteam/${HANDSHAKE}?teamId=gold`;

  test.each([
    ['in a field', TEAM, 'contactId=#&change=5&seriesid=1', TEAM, 'contactId=#&change=5&seriesid=2'],
    ['in a byte without a meaning', TEAM, 'contactId=#&change=5', TEAM, 'contactId=#&change=5\n'],
    ['in the query', TEAM, 'contactId=#&change=5', `${TEAM}&run=2`, 'contactId=#&change=5'],
    ['in where a value stands', TEAM, 'contactId=#&change=5', `${TEAM}&change=5`, 'contactId=#'],
    [
      'in the command',
      ...[`/aal_fieldop/${HANDSHAKE}?opId=x&operationId=x`, 'contactId=#&teamId=gold'],
      ...[`/aal_teamops/${HANDSHAKE}?opId=x&operationId=x`, 'contactId=#&teamId=gold'],
    ],
  ])('%s', async (_, path = '', body = '', otherPath = '', otherBody = '') => {
    const contact = newContact();
    const answers = [
      await sender.postTo(path, body.replace('#', contact)),
      await sender.postTo(otherPath, otherBody.replace('#', contact)),
    ];
    expect(answers.map(({ status }) => status)).toEqual(['queued', 'queued']);
  });

  test('in the contact', async () => {
    const answers = [
      await sender.post('aal_fieldop', newContact()),
      await sender.post('aal_fieldop', newContact()),
    ];
    expect(answers.map(({ status }) => status)).toEqual(['queued', 'queued']);
  });
});

describe('the window', () => {
  test.each([-50, 50])('holds one that came %d s from the one that counts', async (seconds) => {
    const contact = newContact();
    await sender.post('aal_fieldop', contact);
    await sender.shiftClaim(contact, seconds);
    const { status, webhook } = await sender.post('aal_fieldop', contact);
    expect(status).toBe('duplicate');
    const { reason } = (await latchkey.record('academy', contact, webhook)) as WebhookRecord;
    expect(reason).toMatch(seconds < 0 ? /, 5\d s earlier$/ : /, [45]\d s later$/);
  });

  test.each([-61, 90])('does not hold one that came %d s from it: that counts', async (seconds) => {
    const contact = newContact();
    await sender.post('aal_fieldop', contact);
    await sender.shiftClaim(contact, seconds);
    const later = await sender.post('aal_fieldop', contact);
    expect(later.status).toBe('queued');
    expect((await sender.post('aal_fieldop', contact)).duplicateOf).toBe(later.webhook);
  });

  test('begins with the one that counts, and no duplicate makes it longer', async () => {
    const contact = newContact();
    await sender.post('aal_fieldop', contact);
    await sender.shiftClaim(contact, -50);
    const claims = await sender.claimsOf(contact);
    expect((await sender.post('aal_fieldop', contact)).status).toBe('duplicate');
    expect(await sender.claimsOf(contact)).toEqual(claims);
  });

  test('is a setting of the site and the command', async () => {
    const contact = newContact();
    await sender.post('aal_teamops', contact, 'legacy');
    await sender.shiftClaim(contact, -3500, 'legacy');
    expect((await sender.post('aal_teamops', contact, 'legacy')).status).toBe('duplicate');
  });

  test('of 0 lets each of them count, and leaves nothing behind', async () => {
    const contact = newContact();
    for (const status of ['queued', 'queued'])
      expect((await sender.post('aal_createcoupon', contact, 'legacy')).status).toBe(status);
    expect(await sender.claimsOf(contact, 'legacy')).toEqual([]);
    for (const status of ['queued', 'duplicate'])
      expect((await sender.post('aal_fieldop', contact, 'legacy')).status).toBe(status);
  });
});

test.each([
  ['aal_genpass', 'queued'],
  ['aal_updateuser', 'flagged'],
  ['aal_initiateteam', 'queued'],
])('%s, which adds nothing the second time, is never a duplicate', async (command, status) => {
  const contact = newContact();
  const body = new URLSearchParams({ contactId: contact, teamId: 'gold' });
  for (let time = 0; time < 2; time++)
    expect((await sender.postTo(`/${command}/${HANDSHAKE}`, body)).status).toBe(status);
  expect(await sender.claimsOf(contact)).toEqual([]);
});

describe('a delivery for many contacts', () => {
  test('counts once, and each of its contacts counts', async () => {
    const body = restHook(1001, 6, { operationId: 'points' });
    const send = () => sender.postTo(`/aal_fieldop/${HANDSHAKE}`, body);
    const [first, second] = [await send(), await send()];
    expect([first.status, second.duplicateOf]).toEqual(['queued', first.webhook]);

    await workOff('*');

    for (let contact = 1001; contact <= 1006; contact++) {
      const records = await latchkey.records('academy', String(contact));
      expect(records.map(({ id, state }) => [id, state])).toEqual([
        [`${first.webhook}-${contact}`, 'queued'],
      ]);
    }
    expect(await sender.claimsOf('1001')).toEqual([]); // checked once, for all of them
  });

  test('counts for a contact that another delivery has named too', async () => {
    for (const count of [2, 3]) {
      const body = restHook(1101, count, { operationId: 'points' });
      await sender.postTo(`/aal_fieldop/${HANDSHAKE}`, body);
    }
    await workOff('*');
    expect(await statesOf('1101')).toEqual(['queued', 'queued']);
  });
});

test('a claim goes when its record goes', async () => {
  const contact = newContact();
  await sender.post('aal_fieldop', contact);
  const table = openTable(latchkey);
  const items = (await table.items()).filter(({ pk, sk }) => pk === `academy#${contact}` && sk !== 'flag');
  table.close();
  expect(items).toHaveLength(2);
  expect(items[0]?.expiresAt).toBe(items[1]?.expiresAt);
});
