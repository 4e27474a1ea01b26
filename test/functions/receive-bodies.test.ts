import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { HANDSHAKES } from '../support/latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { readAnswer } from '../support/webhook-answer.ts';

const FORM = 'application/x-www-form-urlencoded';

let latchkey: TestLatchkey;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
});
afterAll(() => latchkey.stop());

type Sent = { query?: string; headers?: Record<string, string> };

/** Posts bytes with no content type but a given one, and gives status and answer. */
async function post(
  command: string,
  body: string | Uint8Array<ArrayBuffer>,
  { query = '', headers = {} }: Sent = {},
) {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const url = `${latchkey.cloud.url}/?${command}=${HANDSHAKES.academy}${query && `&${query}`}`;
  const response = await fetch(url, { method: 'POST', headers, body: bytes });
  return { status: response.status, headers: response.headers, answer: await readAnswer(response) };
}

/** The contacts that a webhook of this body is recorded for. */
async function contactsOf(contact: string, body: string, sent: Sent = {}): Promise<string | undefined> {
  const { status, answer } = await post('aal_updateuser', body, sent);
  return status === 200
    ? (await latchkey.record('academy', contact, answer.webhook))?.contactId
    : `${status}`;
}

test.each([
  ['ActiveCampaign', 'contact[id]=101'],
  ['ActiveCampaign, percent-encoded', 'contact%5Bid%5D=101'],
  ['Keap', 'contactId=101'],
  ['Keap, by another name', 'Id=101'],
  ['Keap, by a third', 'contact_id=101'],
  ['the site itself (contactIdKeys)', 'lead_id=101&id=999'],
  ['a sender in capitals', 'CONTACTID=101'],
  ['a sender with spaces around', 'contactId=+101+'],
  ['a sender that ends the body with a newline', 'contactId=101\r\n'],
  ['a sender whose first name has a space', 'First Name=Ada&contactId=101'],
  ['a sender that begins with a separator', '&contactId=101'],
  ['a sender with a byte order mark', '\uFEFFcontactId=101'],
  ['a generic sender of JSON', '{"contactId":101}'],
  ['a sender of JSON text', '{"contact_id":"101"}'],
  ['a sender of nested JSON', '{"contact":{"id":"101"}}'],
  ['Kit', '{"subscriber":{"id":101}}'],
  ['Drip', '{"data":{"subscriber":{"id":"101"}}}'],
  ['Drip, whose account has an id too', '{"id":"999","data":{"subscriber":{"id":"101"}}}'],
  ['Keap REST hook with one contact', '{"object_keys":[{"id":101}]}'],
  ['the site itself, in JSON', '{"id":5,"lead_id":101}'],
  ['JSON with a byte order mark and a newline', '\uFEFF{"contactId":101}\n'],
])('the contact is found as %s writes it', async (_, body) => {
  expect(await contactsOf('101', body)).toBe('101');
});

test('the contact may stand in the query, which wins over the body', async () => {
  expect(await contactsOf('102', '', { query: 'contactId=102' })).toBe('102');
  expect(await contactsOf('103', 'contact[id]=999', { query: 'CONTACT_ID=103' })).toBe('103');
});

test('parameters come from the query or the body, by names in any case, and the query wins', async () => {
  const { answer } = await post('aal_updateteam', 'contactId=104&TeamID=gold&change=5', {
    query: 'CHANGE=-3',
  });
  expect(await latchkey.record('academy', '104', answer.webhook)).toMatchObject({
    parameters: { teamId: 'gold', change: -3 },
  });
});

test('a multipart form is read as declared, and also where nothing or something else declares it', async () => {
  const part = (name: string, value: string) =>
    `--b0\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const body = `${part('contact[id]', '105')}${part('operationId', 'points')}--b0--\r\n`;
  for (const type of [
    'multipart/form-data; boundary=b0',
    'multipart/form-data; boundary="b0"',
    undefined,
    FORM,
  ]) {
    const { status, answer } = await post('aal_fieldop', body, {
      headers: type ? { 'content-type': type } : {},
    });
    expect([type, status]).toEqual([type, 200]);
    expect(await latchkey.record('academy', '105', answer.webhook)).toMatchObject({
      parameters: { operationId: 'points' },
    });
  }
});

test.each([
  ['neither form nor JSON', 'Hello, this is a letter.'],
  ['JSON that breaks off', '{"contactId":'],
  ['multipart that breaks off', '--b0\r\nContent-Disposition: form-data; name="contactId"\r\n\r\n1'],
])('a body that is %s is answered 400, and recorded as refused', async (_, body) => {
  const { status, answer, headers } = await post('aal_updateuser', body);
  expect([status, headers.get('content-type'), answer.title]).toEqual([
    400,
    'application/problem+json',
    'Webhook not readable',
  ]);
  const refused = await latchkey.records('academy', '?');
  expect(refused.map(({ reason }) => reason)).toContain(answer.detail);
});

test('everything that is wrong is named in one answer, and in the record', async () => {
  const { status, answer } = await post('aal_updateteam', 'contactId=me@example.com&teamId=a/b&change=many');
  expect(status).toBe(422);
  expect(answer.problems.map(({ at }: { at: string }) => at)).toEqual(['contact', 'teamId', 'change']);
  expect(JSON.stringify(answer)).not.toMatch(/example\.com|a\/b|many/); // what came in may be a secret
  const [record] = (await latchkey.records('academy', '?')).toReversed();
  expect(record).toMatchObject({ state: 'rejected', command: 'aal_updateteam' });
  for (const { problem } of answer.problems) expect(record?.reason).toContain(problem);
});

test.each([
  ['no contact', 'aal_updateuser', 'first_name=Ada', 'contact'],
  ['a contact id that is too long', 'aal_updateuser', `contactId=${'9'.repeat(65)}`, 'contact'],
  ['a missing parameter', 'aal_fieldop', 'contactId=1', 'operationId'],
  ['a change of nothing', 'aal_updateteam', 'contactId=1&teamId=gold&change=0', 'change'],
  ['a change that is no whole number', 'aal_updateteam', 'contactId=1&teamId=gold&change=1.5', 'change'],
  ['tags that are no ids', 'mbr_genpass', 'contactId=1&tid=12,abc', 'tid'],
  ['tags written as automations are', 'mbr_genpass', 'contactId=1&tid=12:3', 'tid'],
  ['automations that are no ids', 'mbr_genpass', 'contactId=1&automation=12:', 'automation'],
  ['a default password that is too short', 'mbr_genpass', 'contactId=1&default_pass=short', 'default_pass'],
  ['1,001 contacts', 'aal_updateuser', JSON.stringify({ object_keys: ids(1001) }), 'contact'],
])('%s is answered 422', async (_, command, body, at) => {
  const { status, answer } = await post(command, body);
  expect([status, answer.problems.map((problem: { at: string }) => problem.at)]).toEqual([422, [at]]);
});

test("the secret of Keap's first POST is echoed, with and without a contact in it", async () => {
  const headers = { 'x-hook-secret': 'c3f0-hook' };
  const first = await post('aal_updateuser', '', { headers });
  expect([first.status, first.headers.get('x-hook-secret'), first.answer.status]).toEqual([
    200,
    'c3f0-hook',
    'verified',
  ]);
  const later = await post('aal_updateuser', '{"object_keys":[{"id":106}]}', { headers });
  expect([later.status, later.headers.get('x-hook-secret'), later.answer.status]).toEqual([
    200,
    'c3f0-hook',
    'flagged',
  ]);
});

function ids(count: number): { id: number }[] {
  return Array.from({ length: count }, (_, index) => ({ id: index + 1 }));
}
