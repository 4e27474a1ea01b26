import { resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { postedCommands } from '../../../functions/commands/catalogue.ts';
import { HANDSHAKES } from '../../support/latchkey.config.ts';
import { latchkeyAnswered, latchkey as run } from '../latchkey.ts';

const environment = { ...process.env };
beforeEach(() => {
  process.env.LATCHKEY_CONFIG = resolve(import.meta.dirname, '../../support/latchkey.config.ts');
});
afterEach(() => {
  process.env = { ...environment };
});

const BASE = ['--url', 'https://hooks.example.com'];
const url = (...options: string[]) => run('url', '--site', 'academy', ...BASE, ...options);

test('the URL is shown with a place for the handshake, and the steps of the CRM', async () => {
  const { code, out, err, questions } = await url('--command', 'aal_genpass');
  expect({ code, err, questions }).toEqual({ code: 0, err: '', questions: [] });
  expect(out).toMatch(/^POST to\n\n {2}https:\/\/hooks\.example\.com\/\?aal_genpass=HANDSHAKE\n\n1\. /);
  expect(out).toMatch(/^\d\. In ActiveCampaign, /m);
});

test('another CRM has a body and steps of its own', async () => {
  const { out } = await url('--command', 'aal_genpass', '--crm', 'keap');
  expect(out).toContain('\nBody, as application/x-www-form-urlencoded\n\n  contactId=~Contact.Id~\n\n1. ');
  expect(out).toMatch(/^\d\. In Keap, /m);
  const { err } = await url('--command', 'aal_genpass', '--crm', 'mailchimp');
  expect(err).toBe(
    'There is no CRM mailchimp. Those that are known: activecampaign, keap, kit, managed, ontraport.\n',
  );
});

test('the handshake is put in only where that is asked for, and only if it is the site’s', async () => {
  const wanted = ['url', '--site', 'academy', ...BASE, '--command', 'aal_genpass', '--with-handshake'];
  const { out, questions } = await latchkeyAnswered(HANDSHAKES.academy, ...wanted);
  expect(questions).toEqual(['Handshake of the site academy (not shown): ']);
  expect(out).toContain(`  https://hooks.example.com/?aal_genpass=${HANDSHAKES.academy}\n`);
  const wrong = await latchkeyAnswered(HANDSHAKES.slow, ...wanted);
  expect(wrong).toMatchObject({ code: 1, out: '' });
});

test('parameters are checked, and those that the command has are told', async () => {
  const good = await url(
    '--command',
    'aal_updateteam',
    '--parameter',
    'teamId=crew',
    '--parameter',
    'change=2',
  );
  expect(good.out).toContain('/?aal_updateteam=HANDSHAKE&teamId=crew&change=2\n');
  const bad = await url('--command', 'aal_updateteam', '--parameter', 'team=canary');
  expect(bad).toMatchObject({ code: 1, out: '' });
  expect(bad.err).toMatch(
    /^aal_updateteam cannot be done so\. team: is unknown; teamId: is required; change: .*\n/,
  );
  expect(bad.err).toMatch(/^ {2}teamId: /m);
  expect(bad.err).not.toContain('canary');
});

test('a secret parameter is never put into a URL', async () => {
  const secret = postedCommands
    .flatMap(({ name, parameters }) =>
      Object.entries(parameters).map(([parameter, about]) => ({ name, parameter, ...about })),
    )
    .find((each) => each.secret);
  const { code, out, err } = await url(
    ...['--command', secret?.name ?? '', '--parameter', `${secret?.parameter}=canary-password`],
  );
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain(`${secret?.parameter}: is secret`);
  expect(err).not.toContain('canary');
});

test('without a command all are listed, each with what it does', async () => {
  const { code, out } = await run('url', '--site', 'academy');
  expect(code).toBe(0);
  const lines = out.trimEnd().split('\n');
  expect(lines.map((line) => line.split(/ {2,}/)[0])).toEqual(postedCommands.map(({ name }) => name));
  expect(JSON.parse((await run('url', '--site', 'academy', '--json')).out)).toEqual(
    postedCommands.map(({ name, summary }) => ({ name, summary })),
  );
  expect((await url('--command', 'aal_genpas')).err).toContain('There is no command aal_genpas');
});

test('a script gets all of it as JSON', async () => {
  const { out } = await url('--command', 'aal_genpass', '--crm', 'ontraport', '--json');
  expect(JSON.parse(out)).toMatchObject({
    method: 'POST',
    url: 'https://hooks.example.com/?aal_genpass=HANDSHAKE',
    body: 'contactId=[Contact ID]',
    steps: expect.arrayContaining([expect.stringContaining('Ontraport')]),
  });
});

test('for a site that relays, what its plugin takes besides has the plugin’s own path and query', async () => {
  const relayed = (...options: string[]) =>
    run('url', '--site', 'relayed', ...BASE, '--command', 'pass_through', ...options);
  const { out, code } = await relayed('--parameter', 'wpf_action=update', '--path', '/wp-json/hook');
  expect(code).toBe(0);
  expect(out).toContain('  https://hooks.example.com/relay/HANDSHAKE/wp-json/hook?wpf_action=update\n');
  const secret = await relayed('--parameter', 'access_key=canary');
  expect(secret).toMatchObject({ code: 1, out: '' });
  expect(secret.err).toBe("access_key is the plugin's secret: Latchkey puts it in, leave it out.\n");
  expect((await relayed('--path', '/a/../b')).err).toContain('It must be a path');
  expect((await url('--command', 'pass_through')).err).toContain(
    'There is no command pass_through for academy',
  );
  expect((await url('--command', 'aal_genpass', '--path', '/x')).err).toContain(
    '--path goes with --command pass_through',
  );
});
