import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Bundles, bundleFunctions } from '../../lib/bundle/bundle.ts';
import { loadConfig } from '../../lib/config.ts';
import { API_KEYS, HANDSHAKES } from '../support/latchkey.config.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { siteApi } from '../support/site-api.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';

// A rotation as `latchkey handshake rotate` tells it: the new hash beside the old one, a deployment, the URLs in the
// CRM, the old hash out, a deployment. The functions behind the API are replaced while webhooks come in.

const SENDERS = 4;
const WEBHOOKS_IN_A_STEP = 40;

const [OLD, NEW] = ['old', 'new'] as const;
const HANDSHAKE = { old: HANDSHAKES.academy, new: 'test-academy-rotated-8b6a4c2e0d1f' };
const KEY = { old: API_KEYS.academy, new: 'test-academy-api-key-rotated-5e4d' };
type Which = keyof typeof HANDSHAKE;

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

let folder: string;
let latchkey: TestLatchkey;
let table: TableAccess;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-rotation-'));
  latchkey = await startTestLatchkey({ pollers: false });
  table = openTable(latchkey);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
  await rm(folder, { recursive: true });
});

/** Bundles what looks at handshakes and keys, with a config that has these of the site. */
async function bundlesWith(...which: Which[]): Promise<Bundles> {
  const { sites } = await loadConfig(resolve(import.meta.dirname, '../support/latchkey.config.ts'));
  const handshakes = which.map((each) => hashOf(HANDSHAKE[each]));
  const apiKeys = which.map((each) => hashOf(KEY[each]));
  const changed = sites.map((site) => (site.id === 'academy' ? { ...site, handshakes, apiKeys } : site));
  const outdir = join(folder, `bundles-with-${which.join('-')}`);
  return bundleFunctions({ sites: changed, outdir, functions: folder });
}

async function deploy(bundles: Bundles): Promise<void> {
  await Promise.all(
    Object.entries(bundles).map(([name, { directory }]) =>
      latchkey.cloud.lambda(name).deploy(pathToFileURL(join(directory, 'index.mjs')).href),
    ),
  );
}

/** Posts as a CRM does, one automation's webhook after the other, and calls the site API as the site does. */
class Traffic {
  /** What the automations' URLs have, one of them after the other, and what the site has. */
  urls: Which[] = [OLD];
  key: Which = OLD;
  answered: { contact: string; id: string; status: number; which: Which }[] = [];
  asked: number[] = [];
  #going = true;
  #contacts = 0;
  readonly #under: Promise<void>[];

  constructor() {
    this.#under = [this.#visit(), ...Array.from({ length: SENDERS }, () => this.#send())];
  }

  async #send(): Promise<void> {
    while (this.#going) {
      const contact = `r${++this.#contacts}`;
      const which = this.urls[this.#contacts % this.urls.length] ?? OLD;
      const { status, webhook } = await post(which, contact);
      this.answered.push({ contact, id: webhook, status, which });
    }
  }

  async #visit(): Promise<void> {
    while (this.#going) this.asked.push(await ask(this.key));
  }

  /** Goes on until so many more webhooks have been answered, and no request from before is under way. */
  async goOn(): Promise<void> {
    const [webhooks, visits] = [this.answered.length + WEBHOOKS_IN_A_STEP, this.asked.length + 2];
    await eventually(async () => {
      expect(this.answered.length).toBeGreaterThanOrEqual(webhooks);
      expect(this.asked.length).toBeGreaterThanOrEqual(visits);
    });
  }

  async stop(): Promise<void> {
    this.#going = false;
    await Promise.all(this.#under);
  }
}

async function post(which: Which, contact: string): Promise<{ status: number; webhook: string }> {
  const url = `${latchkey.cloud.url}/?aal_genpass=${HANDSHAKE[which]}`;
  const response = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ 'contact[id]': contact }),
  });
  const { webhook = '' } = (await response.json()) as { webhook?: string };
  return { status: response.status, webhook };
}

const ask = async (which: Which): Promise<number> =>
  (await siteApi(latchkey, 'academy', KEY[which]).get('/v1/members?needsSync=true&limit=1')).status;

/** Looks that a handshake and a key are refused, and that nothing is written for them. */
async function expectRefused(which: Which): Promise<void> {
  const before = await table.items();
  expect([(await post(which, 'nobody')).status, await ask(which)]).toEqual([401, 401]);
  expect(await table.items()).toEqual(before);
}

test('a handshake and an API key are replaced while webhooks come in, and none is lost', async () => {
  for (const name of ['receive', 'serve-members']) {
    const file = JSON.stringify(resolve(import.meta.dirname, `../../functions/${name}.ts`));
    await writeFile(join(folder, `${name}.ts`), `export { handler } from ${file};\n`);
  }
  const before = await bundlesWith(OLD);
  const both = await bundlesWith(OLD, NEW);
  const after = await bundlesWith(NEW);

  await deploy(before);
  await expectRefused(NEW);
  const traffic = new Traffic();
  await traffic.goOn();
  await deploy(both);
  await traffic.goOn();
  traffic.urls = [OLD, NEW]; // the automations are changed one by one
  await traffic.goOn();
  traffic.urls = [NEW];
  traffic.key = NEW;
  await traffic.goOn();
  await deploy(after);
  await traffic.goOn();
  await traffic.stop();

  expect(traffic.answered.filter(({ status }) => status !== 200)).toEqual([]);
  expect(traffic.asked.filter((status) => status !== 200)).toEqual([]);
  expect(new Set(traffic.answered.map(({ which }) => which))).toEqual(new Set([OLD, NEW]));
  for (const { contact, id, which } of traffic.answered) {
    const handshake = hashOf(HANDSHAKE[which]).slice(0, 6);
    expect(await latchkey.record('academy', contact, id)).toMatchObject({ state: 'queued', handshake });
  }
  await expectRefused(OLD);
});
