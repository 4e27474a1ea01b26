import { beforeAll, describe, expect, test } from '@jest/globals';
import { findCanary } from '../support/canaries.ts';
import { type CanaryRun, runCanaries } from '../support/canary-run.ts';

const CANARIES = [
  'a handshake',
  'a wrong handshake',
  'a token of a CRM',
  'a token in a broken parameter',
  'a default password',
  'an adopted password',
  'a secret in a foreign message',
  'a handshake of a site that relays',
  'a secret of a plugin',
  'a generated password',
  'a generated password that the CRM quoted',
  'an e-mail address',
  'a first name',
  'a last name',
];
const SECRETS = CANARIES.slice(0, -3);

let run: CanaryRun;
beforeAll(async () => {
  run = await runCanaries();
}, 180_000);

describe('the run is what it is meant to be', () => {
  test('every canary was there to be found', () => {
    expect(Object.keys(run.canaries)).toEqual(CANARIES);
    expect(Object.values(run.canaries).filter((canary) => canary.length < 7)).toEqual([]);
  });

  test('webhooks ended in every way', () => {
    const lines = run.places.lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    const statuses = new Set(
      lines.filter(({ message }) => message === 'webhook').map(({ status }) => status),
    );
    expect([...statuses].sort()).toEqual([200, 400, 401, 404, 405, 413, 422, 500]);
    const outcomes = new Set(lines.filter(({ message }) => message === 'job').map(({ outcome }) => outcome));
    expect([...outcomes].sort()).toEqual(['applied', 'failed', 'postponed', 'rejected']);
    const messages = lines.map(({ message }) => message);
    for (const message of [
      'webhook crashed',
      'message not worked on',
      'message not readable',
      'not queued again; the next sweep tries',
    ]) {
      expect(messages).toContain(message);
    }
  });

  test('jobs that were given up on lie in both dead-letter queues', () => {
    const commands = run.places.deadLetters.map((body) => JSON.parse(body).webhook.command);
    expect(commands.sort()).toEqual(['aal_batchsync', 'mbr_genpass']);
  });

  test('an operator has seen every webhook in the console and on the command line', () => {
    const ids = run.items.filter(({ sk }) => sk.startsWith('webhook#')).map(({ id }) => String(id));
    for (const place of ['pages', 'commandLine'] as const)
      for (const id of ids) expect(run.places[place].some((text) => text.includes(id))).toBe(true);
    expect(run.places.commandLine.join('')).toContain('is replayed as');
  });

  test.each(['as it is', 'percent-encoded', 'in base64', 'in hex'])('a canary is found %s', (form) => {
    const text = 'before: ä canary+bird@nest/é after';
    const forms: Record<string, string> = {
      'as it is': text,
      'percent-encoded': encodeURIComponent(text),
      'in base64': Buffer.from(text).toString('base64'),
      'in hex': Buffer.from(text).toString('hex'),
    };
    expect(findCanary('canary+bird@nest', [forms[form] ?? '', 'none here'])).toHaveLength(1);
  });
});

describe.each(CANARIES)('%s', (name) => {
  test.each([
    ['line of a log', 'lines'],
    ['message of a queue', 'messages'],
    ['dead letter', 'deadLetters'],
    ['answer to a webhook', 'answers'],
    ['page of the console', 'pages'],
    ['output of the command line', 'commandLine'],
  ] as const)('stands in no %s', (_, place) => {
    expect(run.places[place].length).toBeGreaterThan(0);
    expect(findCanary(run.canaries[name] ?? '', run.places[place])).toEqual([]);
  });

  test('stands in no record of a webhook that has ended', () => {
    const ended = run.items.filter(({ sk, pendingKey }) => sk.startsWith('webhook#') && !pendingKey);
    expect(ended.length).toBeGreaterThan(0);
    const texts = ended.map((item) => JSON.stringify(item));
    expect(findCanary(run.canaries[name] ?? '', texts)).toEqual([]);
  });
});

test.each(SECRETS)('%s stands nowhere in the table, members included', (name) => {
  const texts = run.items.map((item) => JSON.stringify(item));
  expect(findCanary(run.canaries[name] ?? '', texts)).toEqual([]);
});
