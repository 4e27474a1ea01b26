import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { passwordMatches } from '../../functions/members/password.ts';
import { contactIdOfEmail } from '../../functions/store/keys.ts';
import { type FaultProxy, startFaultProxy } from '../../local/fault-proxy.ts';
import { findCanary } from '../support/canaries.ts';
import { HANDSHAKES } from '../support/latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { restHook } from '../support/rest-hook.ts';
import { sentMessages } from '../support/sent-messages.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';
import { readAnswer, type WebhookAnswer } from '../support/webhook-answer.ts';

const READY = 'account ready'; // as test/support/latchkey.config.ts has it

let sqs: FaultProxy;
let latchkey: TestLatchkey;
let table: TableAccess;
beforeAll(async () => {
  let realSqs = '';
  sqs = await startFaultProxy(() => realSqs);
  latchkey = await startTestLatchkey({
    endpointsOf: (real) => {
      realSqs = real.sqs;
      return { sqs: sqs.url };
    },
  });
  table = openTable(latchkey);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
  await sqs.close();
});

type Sent = Record<string, string> | object;

/** Posts a form, or JSON where it is not flat text. */
async function post(command: string, sent: Sent): Promise<{ status: number; answer: WebhookAnswer }> {
  const isFlat = Object.values(sent).every((value) => typeof value === 'string');
  const body = isFlat ? new URLSearchParams(sent as Record<string, string>) : JSON.stringify(sent);
  const response = await latchkey.post('managed', command, body);
  return { status: response.status, answer: await readAnswer(response) };
}

/** Posts a command and waits until it is applied. @returns its record */
async function apply(command: string, contact: string, sent: Sent) {
  const { status, answer } = await post(command, sent);
  expect([status, answer.status]).toEqual([200, 'queued']);
  return latchkey.until('managed', contact, answer.webhook, 'applied');
}

const tagsOf = async (contact: string) => (await latchkey.member('managed', contact))?.tags?.toSorted();

test("Zapier's form brings a contact: it is stored, and the member is what it says", async () => {
  await apply('aal_updateuser', 'z-1', {
    contact_id: 'z-1',
    email: 'ada@example.com',
    first_name: 'Ada',
    'Person.Family Name': 'Lovelace',
    mobile: '+1 555-0100',
    'plan name': 'premium',
    'stats.points': '7',
    tags: 'Gold, Course: Foundations',
    unasked: 'is not kept',
  });
  const member = await latchkey.member('managed', 'z-1');
  expect(member).toMatchObject({
    email: 'ada@example.com',
    firstName: 'Ada',
    lastName: 'Lovelace',
    phone: '+1 555-0100',
    fields: { plan: 'premium', points: '7' },
  });
  expect(await tagsOf('z-1')).toEqual(['Course: Foundations', 'Gold']);
  expect(JSON.stringify(await table.items())).not.toContain('is not kept');
  const flag = await latchkey.flag('managed', 'z-1');
  expect(flag?.syncedVersion).toBe(flag?.requestedVersion);
});

test('JSON brings the same, nested as the config says', async () => {
  await apply('aal_updateuser', 'z-2', {
    contact: { id: 'z-2' },
    Email: 'grace@example.com',
    person: { 'family name': 'Hopper' },
    stats: { points: 9 },
    tags: ['Gold', 'a, b'],
  });
  expect(await latchkey.member('managed', 'z-2')).toMatchObject({
    email: 'grace@example.com',
    lastName: 'Hopper',
    fields: { points: '9' },
  });
  expect(await tagsOf('z-2')).toEqual(['Gold', 'a, b']);
});

test('a contact that comes with nothing but an address is always the same one, whatever its case', async () => {
  const contact = contactIdOfEmail('who@example.com');
  await apply('aal_updateuser', contact, { email: 'Who@Example.com', first_name: 'Who' });
  await apply('aal_updateuser', contact, { email: ' who@example.COM ', tags: 'Gold' });
  expect(await latchkey.member('managed', contact)).toMatchObject({ firstName: 'Who', tags: ['Gold'] });
});

test('what a webhook does not say stays, tags included; an empty list of tags takes them all', async () => {
  await apply('aal_updateuser', 'z-3', { id: 'z-3', first_name: 'Mary', 'plan name': 'basic', tags: 'a,b' });
  await apply('aal_updateuser', 'z-3', { id: 'z-3', mobile: '1' });
  expect(await latchkey.member('managed', 'z-3')).toMatchObject({
    firstName: 'Mary',
    phone: '1',
    fields: { plan: 'basic' },
  });
  expect(await tagsOf('z-3')).toEqual(['a', 'b']);
  await apply('aal_updateuser', 'z-3', { id: 'z-3', tags: [] });
  expect(await tagsOf('z-3')).toEqual([]);
});

test('webhooks of one contact are taken over in the order in which they came', async () => {
  const webhooks: string[] = [];
  for (let n = 1; n <= 12; n++) {
    const command = n % 2 ? 'aal_updateuser' : 'aal_batchsync';
    const { answer } = await post(command, { id: 'z-4', mobile: String(n), tags: [`tag ${n}`] });
    webhooks.push(answer.webhook);
  }
  for (const webhook of webhooks) await latchkey.until('managed', 'z-4', webhook, 'applied');
  expect(await latchkey.member('managed', 'z-4')).toMatchObject({ phone: '12', tags: ['tag 12'] });
});

test('aal_batchsync with the contact in it waits for nothing', async () => {
  await apply('aal_batchsync', 'z-5', { id: 'z-5', first_name: 'Barbara' });
  expect((await latchkey.member('managed', 'z-5'))?.firstName).toBe('Barbara');
  expect(await latchkey.messagesIn('batch-sync')).toBe(0);
});

test('a webhook that says nothing of its contact is what it is for every site', async () => {
  const { answer } = await post('aal_updateuser', { id: 'z-6' });
  expect(answer.status).toBe('flagged');
  const { answer: batch } = await post('aal_batchsync', { id: 'z-6' });
  expect(await latchkey.record('managed', 'z-6', batch.webhook)).toMatchObject({ queue: 'batch-sync' });
});

test('aal_genpass creates the member: its password is in the field of the contact, and nowhere in the member', async () => {
  await apply('aal_genpass', 'z-7', { id: 'z-7', email: 'seven@example.com', tags: 'Gold', password: '' });
  const contact = await latchkey.managedContact('managed', 'z-7');
  const password = String(contact?.['field:password']);
  expect(password).toMatch(/^[2-9a-km-zA-HJ-NP-Z]{16}$/);
  const member = await latchkey.member('managed', 'z-7');
  expect(await passwordMatches(password, member?.account?.passwordHash ?? '')).toBe(true);
  expect(JSON.stringify(member)).not.toContain(password);
  expect(member?.passwordSeed).toBeUndefined();
  expect([...(contact?.tags ?? [])].sort()).toEqual(['Gold', READY]);
  expect(await tagsOf('z-7')).toEqual(['Gold', READY]);

  await apply('aal_genpass', 'z-7', { id: 'z-7', email: 'seven@example.com', password: '' });
  expect((await latchkey.managedContact('managed', 'z-7'))?.['field:password']).toBe(password);
  expect((await latchkey.member('managed', 'z-7'))?.account).toEqual(member?.account);
});

test('a password that the webhook brings is adopted', async () => {
  await apply('aal_genpass', 'z-8', { id: 'z-8', email: 'eight@example.com', password: 'chosen-by-hand' });
  const { account } = (await latchkey.member('managed', 'z-8')) ?? {};
  expect(account?.passwordFrom).toBe('adopted');
  expect(await passwordMatches('chosen-by-hand', account?.passwordHash ?? '')).toBe(true);
});

test('a contact that nobody has brought is rejected, as one that a CRM does not have', async () => {
  const { answer } = await post('aal_genpass', { id: 'nobody' });
  const { reason } = await latchkey.until('managed', 'nobody', answer.webhook, 'rejected');
  expect(reason).toContain('no contact nobody');
});

test('a command that is rejected keeps nothing of the contact in its record: that is stored', async () => {
  const { answer } = await post('aal_cancelsubscription', { id: 'z-9', mobile: '1', productId: 'course' });
  const record = await latchkey.until('managed', 'z-9', answer.webhook, 'rejected');
  expect(record.secrets?.contact).toBeUndefined();
  await apply('aal_updateuser', 'z-9', { id: 'z-9', mobile: '2' });
  expect(await latchkey.managedContact('managed', 'z-9')).toMatchObject({ phone: '2' });
});

test.each([
  ['an address that is none', { id: 'z-10', email: 'canarybird-at-example' }, ['email']],
  ['no id, and an address that is none', { email: 'canarybird-at-example' }, ['email']],
  ['neither id nor address', { first_name: 'Canary' }, ['contact']],
  [
    'too much at once',
    {
      id: 'z-10',
      person: { 'family name': { canarybird: 1 } },
      tags: Array.from({ length: 201 }, (_, n) => `canarybird ${n}`),
    },
    ['person.family name', 'tags'],
  ],
  ['a value that is too long', { id: 'z-10', 'plan name': 'canarybird'.repeat(2000) }, ['Plan Name']],
])('%s is refused with its name, and recorded without the value', async (_, sent, names) => {
  const { status, answer } = await post('aal_updateuser', sent);
  expect([status, answer.problems.map(({ at }) => at).sort()]).toEqual([422, names.toSorted()]);
  const [refused] = (await latchkey.records('managed', '?')).toReversed();
  expect(refused).toMatchObject({ state: 'rejected', reason: expect.stringContaining(names[0] as string) });
  expect(findCanary('canarybird', [JSON.stringify([refused, answer])])).toEqual([]);
  expect(await latchkey.managedContact('managed', 'z-10')).toBeUndefined();
});

test('what is said of a contact is never taken for a thousand', async () => {
  const { status, answer } = await post('aal_updateuser', JSON.parse(restHook(1, 2, { first_name: 'Ada' })));
  expect([status, answer.problems.map(({ at }) => at)]).toEqual([422, ['contact']]);
});

test('there are no events of contacts that are in no CRM', async () => {
  const statuses = await Promise.all(
    ['managed', 'activecampaign'].map(async (kind) => {
      const path = `/events/${kind}/${HANDSHAKES.managed}`;
      return (await fetch(latchkey.cloud.url + path, { method: 'POST', body: 'contactId=1' })).status;
    }),
  );
  expect(statuses).toEqual([404, 422]);
});

test('what was said of a contact is in no log, no message, no answer and no record that has ended', async () => {
  const canaries = {
    id: 'z-11',
    email: 'canary.birdwell@private.example',
    first_name: 'Canaria',
    person: { 'family name': 'Birdwellington' },
    mobile: '+44 20 7946 0991',
    'plan name': 'canary plan',
    password: 'canary-given-pass-44',
    tags: ['canary tag'],
    default_pass: 'canary-default-pass-71',
  };
  const answers: string[] = [];
  const send = async (command: string) => {
    const { answer } = await post(command, { ...canaries, productId: 'course' });
    answers.push(JSON.stringify(answer));
    return answer.webhook;
  };
  for (const command of ['aal_updateuser', 'aal_batchsync', 'mbr_genpass', 'aal_genpass']) {
    const record = await latchkey.until('managed', 'z-11', await send(command), 'applied');
    expect(record.secrets).toBeUndefined();
  }
  await latchkey.until('managed', 'z-11', await send('aal_cancelsubscription'), 'rejected');

  const records = (await table.items()).filter(
    ({ pk, sk }) => pk.endsWith('#z-11') && sk.startsWith('webhook#'),
  );
  const places = {
    lines: latchkey.lines,
    messages: sentMessages(sqs).map(({ MessageBody }) => MessageBody),
    answers,
    records: records.map((record) => JSON.stringify(record)),
  };
  expect(places.messages.filter((body) => body.includes('z-11'))).toHaveLength(5);
  const { id: _, person, tags, ...texts } = canaries;
  for (const canary of [...Object.values(texts), ...Object.values(person), ...tags]) {
    for (const [place, all] of Object.entries(places)) {
      expect({ canary, place, found: findCanary(canary, all) }).toEqual({ canary, place, found: [] });
    }
  }
  // The table alone has it: as the contact, and as its member.
  expect((await latchkey.managedContact('managed', 'z-11'))?.phone).toBe(canaries.mobile);
});
