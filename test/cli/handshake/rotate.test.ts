import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sha256Of } from '../../../cli/secrets.ts';
import { checkConfig, loadConfig } from '../../../lib/config.ts';
import { HANDSHAKES } from '../../support/latchkey.config.ts';
import type { TestLatchkey } from '../../support/latchkey.ts';
import { latchkey as run } from '../latchkey.ts';
import { CONFIG, type LocalLatchkey, startLocalLatchkey, useCleanEnvironment } from '../local-latchkey.ts';

const ROTATED = 'test-academy-rotated-0a1b2c3d4e5f'; // the other handshake of the site academy

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

const rotate = (site: string, ...options: string[]) =>
  run('handshake', 'rotate', '--site', site, '--local', folder, ...options);
const mark = (handshake: string): string => sha256Of(handshake).slice(0, 6);

test('the new hash is shown beside those in use, as the config takes them', async () => {
  const { code, out, err } = await rotate('slow');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const handshake = /^ {2}(\w{32})$/m.exec(out)?.[1] ?? '';
  const shown = /handshakes: \[([^\]]*)\]/.exec(out)?.[1] ?? '';
  const handshakes = [...shown.matchAll(/'(\w+)'/g)].map(([, hash]) => hash);
  expect(handshakes).toEqual([sha256Of(HANDSHAKES.slow), sha256Of(handshake)]);
  const { sites } = await loadConfig(CONFIG);
  const rotated = sites.map((site) => (site.id === 'slow' ? { ...site, handshakes } : site));
  expect(checkConfig({ sites: rotated }, 'test').sites).toHaveLength(sites.length);
  expect(out).toContain(`npx latchkey webhooks install --site slow --local ${folder}\n`);
  expect(out).toContain(`npx latchkey handshake rotate --site slow --local ${folder} --check\n`);
});

test('a CRM without event webhooks is not told to install any', async () => {
  expect((await rotate('managed')).out).not.toContain('webhooks install');
});

test('a check tells when each handshake was used last, whatever became of the webhook', async () => {
  const post = (handshake: string, query: string) =>
    fetch(`${latchkey.cloud.url}/?${query.replace('=', `=${handshake}`)}`, { method: 'POST' });
  const before = JSON.parse((await rotate('academy', '--check', '--json')).out);
  expect(before.handshakes.map(({ webhooks }: { webhooks: number }) => webhooks)).toEqual([0, 0]);

  expect((await post(HANDSHAKES.academy, 'aal_updateuser=&contactId=1')).status).toBe(200);
  expect((await post(HANDSHAKES.academy, 'aal_updateteam=&contactId=1')).status).toBe(422);
  expect((await post(ROTATED, 'aal_genpass=&contactId=1')).status).toBe(200);
  const { code, out, err } = await rotate('academy', '--check');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^Handshakes of academy in the config, .* in the last 3 webhooks, since /);
  expect(out).toMatch(
    new RegExp(
      `^ {2}${mark(HANDSHAKES.academy)} {2}used by 2 \\(aal_updateteam, aal_updateuser\\), last at `,
      'm',
    ),
  );
  expect(out).toMatch(new RegExp(`^ {2}${mark(ROTATED)} {2}used by 1 \\(aal_genpass\\), last at `, 'm'));
  expect(out).toContain('They are deployed.');
  for (const secret of [HANDSHAKES.academy, ROTATED]) expect(out).not.toContain(secret);
});

test('the log of a webhook names its handshake by what the hash begins with', async () => {
  const id = await latchkey.send('slow', 'aal_updateuser', { contactId: '1' });
  const line = latchkey.lines.find((each) => each.includes(id));
  expect(JSON.parse(line ?? '{}')).toMatchObject({ handshake: mark(HANDSHAKES.slow) });
});

test('a config that is not deployed is no time for the next step', async () => {
  const config = await loadConfig(CONFIG);
  const sites = config.sites.map((site) =>
    site.id === 'legacy' ? { ...site, handshakes: [...site.handshakes, sha256Of('new')] } : site,
  );
  process.env.LATCHKEY_CONFIG = join(folder, 'rotating.config.ts');
  await writeFile(process.env.LATCHKEY_CONFIG, `export default ${JSON.stringify({ ...config, sites })};`);
  const { code, out, err } = await rotate('legacy', '--check');
  expect(code).toBe(1);
  expect(out).toMatch(new RegExp(`^ {2}${mark('new')} {2}not used\nThey are not deployed yet\\.$`, 'm'));
  expect(err).toBe('The config was changed since it was deployed: deploy it before the next step.\n');
});
