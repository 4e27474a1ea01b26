import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type HttpAnswer, httpEvent } from '../support/http-event.ts';
import { HANDSHAKES } from '../support/latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { readAnswer } from '../support/webhook-answer.ts';

const FOLDER = resolve(import.meta.dirname, '../payloads');

/** Whom each payload speaks for. */
const CONTACTS: Record<string, string[]> = {
  'activecampaign-automation.form': ['903'],
  'activecampaign-contact-tag-added.form': ['123456'],
  'drip-webhook.json': ['abc123'],
  'keap-http-post.form': ['4711'],
  'keap-rest-hook-contact-edit.json': ['1041'],
  'keap-rest-hook-tag-contacts.json': ['1041', '1042', '1043'],
  'keap-rest-hook.json': ['1041', '1042'],
  'kit-subscriber.json': ['1'],
  'kit-tag-add.json': ['987654'],
  'ontraport-ping-trailing-newline.form': ['80024'],
  'ontraport-ping.form': ['80024'],
};

const TYPES = {
  'of a form': 'application/x-www-form-urlencoded',
  'of JSON': 'application/json',
  'of text': 'text/plain',
  'of nothing known': 'application/octet-stream',
  'of a multipart form': 'multipart/form-data; boundary=something',
  missing: undefined,
};

const payloads = Object.keys(CONTACTS);
const query = `aal_updateuser=${HANDSHAKES.academy}`;

let latchkey: TestLatchkey;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
});
afterAll(() => latchkey.stop());

const read = (payload: string): Buffer => readFileSync(resolve(FOLDER, payload));

/** That the webhook of this payload stands in the table, under its contact. */
async function expectRecorded(payload: string, webhook: string): Promise<void> {
  const contacts = CONTACTS[payload] ?? [];
  const [first = '', ...more] = contacts;
  const record = await latchkey.record('academy', more.length > 0 ? '*' : first, webhook);
  expect(record).toMatchObject(
    more.length > 0 ? { state: 'queued', contactIds: contacts } : { state: 'flagged', contactId: first },
  );
}

test('there is a contact to expect for every payload', () => {
  const files = readdirSync(FOLDER).filter((name) => /\.(form|json)$/.test(name));
  expect(files.sort()).toEqual(payloads.toSorted());
});

test.each(payloads.flatMap((payload) => [false, true].map((base64) => [payload, base64] as const)))(
  '%s is taken from an event (base64: %s)',
  async (payload, base64) => {
    const event = httpEvent({ query, body: read(payload), base64 });
    const answer = (await latchkey.cloud.functions.receive?.invoke(event)) as HttpAnswer;
    expect(answer.statusCode).toBe(200);
    await expectRecorded(payload, JSON.parse(answer.body).webhook);
  },
);

test.each(
  payloads.flatMap((payload) =>
    Object.entries(TYPES).map(([words, type]) => [payload, words, type] as const),
  ),
)('%s is taken over HTTP with a content type %s', async (payload, _, type) => {
  const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
  const body = new Uint8Array(read(payload)); // fetch gives bytes no type of its own
  const response = await fetch(`${latchkey.cloud.url}/?${query}`, { method: 'POST', headers, body });
  expect(response.status).toBe(200);
  await expectRecorded(payload, (await readAnswer(response)).webhook);
});
