import { writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { reportOne, warningsOf } from '../../../cli/send/report.ts';
import { senders } from '../../../cli/send/senders.ts';
import { DEMO_HANDSHAKES } from '../../../local/demo-sites.ts';
import { close, listen } from '../../../local/http-server.ts';
import { HANDSHAKES } from '../../support/latchkey.config.ts';
import type { TestLatchkey } from '../../support/latchkey.ts';
import { latchkeyAnswered, latchkey as run } from '../latchkey.ts';
import { type LocalLatchkey, startLocalLatchkey, useCleanEnvironment } from '../local-latchkey.ts';

let local: LocalLatchkey;
let folder: string;
let latchkey: TestLatchkey;
useCleanEnvironment();
beforeAll(async () => {
  local = await startLocalLatchkey({ pollers: false });
  ({ latchkey, folder } = local);
}, 60_000);
afterAll(async () => {
  await local.stop();
});
beforeEach(() => {
  process.env.LATCHKEY_HANDSHAKE = HANDSHAKES.academy;
});

const send = (...options: string[]) =>
  run('send', '--site', 'academy', '--local', folder, '--command', 'aal_updateuser', ...options);

/** Commands that were recorded of a contact. */
const recorded = async (contact: string) =>
  (await latchkey.records('academy', contact)).map(({ command, parameters }) => ({ command, parameters }));

let contacts = 5000;
const newContact = (): string => String(++contacts);

test.each(Object.keys(senders))('Latchkey finds the contact in the body of %s', async (sender) => {
  const contact = newContact();
  const { code, out, err } = await send('--as', sender, '--contact', contact);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^200 after \d+ ms\n\{"status":"flagged",.*\}\n$/);
  expect(await recorded(contact)).toEqual([{ command: 'aal_updateuser', parameters: {} }]);
});

test('without a command an event webhook goes to where events are taken', async () => {
  const contact = newContact();
  const place = ['--site', 'academy', '--local', folder];
  const { code } = await run('send', ...place, '--as', 'activecampaign-event', '--contact', contact);
  expect(code).toBe(0);
  expect((await recorded(contact)).map(({ command }) => command)).toEqual(['crm_event']);
  const { err } = await run('send', ...place, '--contact', contact);
  expect(err).toBe('What for? --command <name> says it: npx latchkey url lists them.\n');
});

test('for a site that relays, commands are posted as its plugin has them, and what it takes besides by /relay', async () => {
  process.env.LATCHKEY_HANDSHAKE = HANDSHAKES.relayed;
  const contact = newContact();
  const place = ['send', '--site', 'relayed', '--local', folder, '--contact', contact];
  for (const of of [
    ['--command', 'mbr_password_reset'],
    ['--command', 'pass_through', '--parameter', 'wpf_action=add', '--path', '/hook'],
    ['--as', 'activecampaign-event'],
  ])
    expect(await run(...place, ...of)).toMatchObject({ code: 0, err: '' });
  const records = await latchkey.records('relayed', contact);
  expect(records.map(({ command, request }) => [command, request?.path, request?.query])).toEqual([
    ['mbr_password_reset', '/mbr/contact/password_reset', ''],
    ['pass_through', '/hook', 'wpf_action=add'],
    ['crm_event', undefined, ''],
  ]);
});

test('parameters stand in the URL', async () => {
  const contact = newContact();
  const parameters = ['--parameter', 'teamId=crew', '--parameter', 'change=2'];
  expect((await send('--command', 'aal_updateteam', '--contact', contact, ...parameters)).code).toBe(0);
  expect(await recorded(contact)).toEqual([
    { command: 'aal_updateteam', parameters: { teamId: 'crew', change: 2 } },
  ]);
});

test('a refusal is shown with its reasons, and ends with 1', async () => {
  const { code, out, err } = await send('--command', 'aal_updateteam', '--contact', newContact());
  expect(code).toBe(1);
  expect(out).toMatch(/^422 after \d+ ms\n.*"at":"teamId"/);
  expect(err).toBe('1 of 1 were not answered with 2xx.\n');
});

test('a burst goes to contacts in a row and is told as a summary', async () => {
  const burst = ['--contact', '7001', '--count', '40', '--at-once', '20'];
  const { code, out } = await send(...burst);
  expect(code).toBe(0);
  expect(out).toMatch(
    /^40 sent in [\d.]+ s, answered 40 with 200\nafter ms: p50 \d+, p95 \d+, longest \d+\n$/,
  );
  for (const contact of ['7001', '7020', '7040']) expect(await recorded(contact)).toHaveLength(1);
  expect(await recorded('7041')).toEqual([]);
  const summary = JSON.parse((await send(...burst, '--json')).out);
  expect(summary).toMatchObject({ sent: 40, byStatus: { 200: 40 } });
  expect(summary.p50).toBeLessThanOrEqual(summary.p95);
});

test('a file is posted as it is', async () => {
  const contact = newContact();
  const file = join(folder, 'body.json');
  await writeFile(file, `{"subscriber": {"id": ${contact}}}`);
  expect((await send('--as', 'kit', '--file', file)).code).toBe(0);
  expect(await recorded(contact)).toHaveLength(1);
  const { code, err } = await send('--file', join(folder, 'nothing.json'));
  expect(code).toBe(1);
  expect(err).toContain('The body cannot be read');
});

test('the demo sites need no handshake on the local cloud; other sites are asked for theirs', async () => {
  delete process.env.LATCHKEY_HANDSHAKE;
  const asked = await latchkeyAnswered(
    HANDSHAKES.academy,
    ...['send', '--site', 'academy', '--local', folder, '--command', 'aal_updateuser'],
    ...['--contact', newContact()],
  );
  expect(asked).toMatchObject({ code: 0, questions: ['Handshake of the site academy (not shown): '] });

  process.env.LATCHKEY_CONFIG = resolve(import.meta.dirname, '../../../latchkey.config.ts');
  const demo = await send('--contact', newContact());
  // The test sites are what runs here, so the demo handshake is sent and not taken.
  expect(demo).toMatchObject({ code: 1, questions: [] });
  expect(demo.out).toMatch(/^401 /);
  expect(demo.out + demo.err).not.toContain(DEMO_HANDSHAKES.academy);
});

/** Another receiver. */
async function withReceiver(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  act: (url: string) => Promise<void>,
): Promise<void> {
  const server = createServer(answer);
  const url = await listen(server, 0);
  try {
    await act(url);
  } finally {
    await close(server);
  }
}

test("any other address can be posted to, with the sender's content type", async () => {
  const seen: string[] = [];
  await withReceiver(
    async (request, response) => {
      seen.push(`${request.url} ${request.headers['content-type']} ${await text(request)}`);
      response.end('taken');
    },
    async (url) => {
      const to = ['--url', `${url}/hook?a=1`, '--as', 'ontraport'];
      const { code, out } = await run('send', ...to, '--contact', '8', '--parameter', 'b=2');
      expect(code).toBe(0);
      expect(out).toMatch(/^200 after \d+ ms\ntaken\n$/);
    },
  );
  expect(seen).toEqual(['/hook?a=1&b=2 application/x-www-form-urlencoded contactId=8']);
});

test.each([
  [301, 'redirected: a CRM does not follow'],
  [410, 'a CRM switches such a webhook off'],
])('an answer %i is called out, and no redirect is followed', async (status, warning) => {
  const asked: (string | undefined)[] = [];
  await withReceiver(
    (request, response) => {
      asked.push(request.url);
      response.writeHead(status, { location: '/elsewhere' }).end();
    },
    async (url) => {
      const { code, out, err } = await run('send', '--url', `${url}/hook`, '--contact', '8');
      expect(code).toBe(1);
      expect(out).toMatch(new RegExp(`^${status} after`));
      expect(err).toContain(warning);
    },
  );
  expect(asked).toEqual(['/hook']);
});

test('where nobody answers, that is told and the end is 1', async () => {
  let gone = '';
  await withReceiver(
    () => {},
    async (url) => {
      gone = url;
    },
  );
  const { code, out } = await run('send', '--url', gone, '--contact', '8');
  expect(code).toBe(1);
  expect(out).toMatch(/^No answer after \d+ ms\n.*fetch failed/);
});

test('an answer that comes after a CRM has hung up is called out', () => {
  const late = { status: 200, ms: 5001, answer: '{}' };
  expect(warningsOf([late, { ...late, ms: 5000 }])).toEqual([
    '1 took over 5 s: ActiveCampaign would have hung up.',
  ]);
  expect(reportOne(late)).toBe('200 after 5001 ms\n{}\n');
});

test('what cannot be sent is told without the address, in which a handshake may stand', async () => {
  const { code, err } = await run('send', '--url', 'canary-handshake', '--contact', '8');
  expect(code).toBe(1);
  expect(err).toBe('--url must be the address of a webhook, beginning with https:// or http://.\n');
  expect((await send('--as', 'mailchimp', '--contact', '8')).err).toContain('There is no sender mailchimp.');
  expect((await send()).err).toBe('Of whom? --contact <id> says it, or --file <body>.\n');
  expect((await run('send', '--contact', '8')).err).toContain('Where to?');
  expect((await send('--contact', '8', '--parameter', 'teamId')).err).toContain('It must be name=value.');
  expect((await send('--contact', '8', '--count', '0')).err).toContain('It must be a whole number');
});
