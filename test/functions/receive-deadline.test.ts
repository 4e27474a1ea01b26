import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type FaultyLatchkey, startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import { readAnswer } from '../support/webhook-answer.ts';

const WINDOW_MS = 5000; // ActiveCampaign hangs up after that, and never tries again
const COMMANDS = ['aal_updateuser', 'aal_genpass', 'aal_batchsync'];

let latchkey: FaultyLatchkey;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('receive', 'academy', { concurrency: { receive: COMMANDS.length } });
  await latchkey.cloud.functions.receive?.warm(COMMANDS.length);
});
afterEach(() => {
  for (const proxy of Object.values(latchkey.proxies)) proxy.decide(() => 'pass');
});
afterAll(() => latchkey.stop());

let contact = 0;

/** Posts a webhook of every command at once, for a contact of its own each, and times the answers. */
function postAll(more: Record<string, string> = {}) {
  return Promise.all(
    COMMANDS.map(async (command) => {
      const contactId = String(++contact);
      const started = performance.now();
      const response = await latchkey.post('academy', command, { contactId, ...more });
      const ms = performance.now() - started;
      return { command, contactId, ms, response, answer: await readAnswer(response) };
    }),
  );
}

/** Peers that accept a connection and never answer: a time-out is all that ends it. */
const hang = (...services: ('dynamodb' | 'sqs')[]) => {
  for (const service of services) latchkey.proxies[service].decide(() => 'hang');
};

describe('every command is answered in the time that CRMs listen', () => {
  test('while SQS never answers: 200, the record holds the job', async () => {
    hang('sqs');
    for (const { ms, response, contactId, answer } of await postAll()) {
      expect(response.status).toBe(200);
      expect(ms).toBeLessThan(WINDOW_MS);
      expect(await latchkey.record('academy', contactId, answer.webhook)).toMatchObject({
        state: answer.status,
      });
    }
  });

  test('while DynamoDB never answers: 200, the message holds all there is to know', async () => {
    hang('dynamodb');
    for (const { command, ms, response, contactId, answer } of await postAll()) {
      expect(response.status).toBe(200);
      expect(ms).toBeLessThan(WINDOW_MS);
      const state = command === 'aal_updateuser' ? 'flagged' : 'applied';
      await latchkey.until('academy', contactId, answer.webhook, state);
    }
  });

  test('while neither answers: 503 with Retry-After', async () => {
    hang('dynamodb', 'sqs');
    for (const { ms, response } of await postAll()) {
      expect(response.status).toBe(503);
      expect(ms).toBeLessThan(WINDOW_MS);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  test('while connections are reset', async () => {
    for (const proxy of [latchkey.proxies.dynamodb, latchkey.proxies.sqs]) proxy.decide(() => 'reset');
    for (const { ms, response } of await postAll()) {
      expect(response.status).toBe(503);
      expect(ms).toBeLessThan(WINDOW_MS);
    }
  });
});

test('a webhook that is refused is answered though its refusal cannot be recorded', async () => {
  hang('dynamodb', 'sqs');
  const started = performance.now();
  const response = await latchkey.post('academy', 'aal_fieldop', { contactId: '1' });
  expect(response.status).toBe(422);
  expect(performance.now() - started).toBeLessThan(WINDOW_MS);
});

test('a wrong handshake is answered without DynamoDB or SQS', async () => {
  hang('dynamodb', 'sqs');
  const started = performance.now();
  const response = await fetch(`${latchkey.cloud.url}/?aal_updateuser=wrong`, { method: 'POST' });
  expect(response.status).toBe(401);
  expect(performance.now() - started).toBeLessThan(500); // the first of two time-outs would take 800 ms
});
