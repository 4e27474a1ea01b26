import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../local/user-error.ts';
import { type Counted, countedIn, leastOf } from '../cost/consumed.ts';
import { KINDS, type Kind, light, rest, visit } from '../cost/kinds.ts';
import { configOfSites, SITES } from '../cost/sites.ts';
import { type MeteredProduct, startMeteredProduct } from '../support/metered-product.ts';
import { population } from './population.ts';
import { readSample, type Sample } from './sample.ts';
import { writeItems } from './sqlite-table.ts';

/** What one of something takes, with so many members and records in the table. */
export type AtSize = { name: string; members: number; counted: Counted };

const SITE = SITES.plain;
const TIMES = 3;

/**
 * Fills a table with members and records, and measures what each kind of request takes there.
 * @param members how many, and as many records
 * @param folder the cloud assembly of the measured sites
 */
export async function measureAtSize(
  members: number,
  { folder, say }: { folder: string; say: (line: string) => void },
): Promise<AtSize[]> {
  if (process.env.DYNAMODB_ENDPOINT)
    throw new UserError(
      'This fills the table in the file of dynoxide, and not another DynamoDB: unset DYNAMODB_ENDPOINT.',
    );
  const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-scale-'));
  await mkdir(join(dataDir, 'crm'));
  try {
    const sample = await withProduct({ folder, dataDir }, takeSample);
    const started = Date.now();
    await writeItems(join(dataDir, 'dynamodb.sqlite'), folder, population(SITE.id, members, sample));
    say(`${members.toLocaleString('en-US')} members and as many records: written in ${seconds(started)} s`);
    return await withProduct({ folder, dataDir }, async (product) => {
      const all: AtSize[] = [];
      for (const kind of [...kinds(), ...OTHERS])
        all.push({ name: kind.name, members, counted: await count(product, kind) });
      return all;
    });
  } finally {
    await rm(dataDir, { recursive: true });
  }
}

const seconds = (since: number): number => Math.round((Date.now() - since) / 1000);

async function withProduct<T>(
  { folder, dataDir }: { folder: string; dataDir: string },
  use: (product: MeteredProduct) => Promise<T>,
): Promise<T> {
  const product = await startMeteredProduct({ config: configOfSites(), assembly: folder, dataDir });
  try {
    return await use(product);
  } finally {
    await product.stop();
  }
}

/** Has the product store a member, with its flag and the record of a light webhook, and reads these. */
async function takeSample(product: MeteredProduct): Promise<Sample> {
  const { cloud, simulators } = product;
  const [contactId = ''] = simulators.get(SITE.id)?.seedContacts(1) ?? [];
  for (const act of [light, visit(SITE)]) await act(cloud, contactId);
  return readSample(product, SITE.id, contactId);
}

/** Something that is counted here: what has to be before, and what is done some times. */
type Done = Pick<Kind, 'name' | 'isLight' | 'prepare'> & {
  act(product: MeteredProduct, contactIds: readonly string[]): Promise<unknown>;
};

/** Light and heavy webhooks and visits, one at a time: how many batches come together is chance. */
const kinds = (): Done[] =>
  KINDS.filter(({ site }) => site === SITE).map((kind) => ({
    ...kind,
    act: ({ cloud }, contactIds) => kind.act(cloud, contactIds),
  }));

const OTHERS: readonly Done[] = [
  {
    name: 'a run of the sweep',
    isLight: true,
    act: ({ cloud }) => cloud.lambda('sweep').invoke({}),
  },
  {
    name: "the console's page of the log",
    isLight: true,
    act: ({ cloud }) => openLog(cloud.url),
  },
];

async function openLog(url: string): Promise<void> {
  const answer = await fetch(`${url}/console?${new URLSearchParams({ view: 'log', site: SITE.id })}`);
  await answer.text();
  if (!answer.ok) throw new Error(`the console answered ${answer.status}`);
}

async function count(product: MeteredProduct, { isLight, prepare, act }: Done): Promise<Counted> {
  const contacts = product.simulators.get(SITE.id)?.seedContacts(TIMES) ?? [];
  for (const id of contacts) await prepare?.(product.cloud, id);
  const all: Counted[] = [];
  for (const contact of contacts) {
    if (!isLight) await rest();
    const ledger = await product.measure(() => act(product, [contact]));
    all.push(countedIn({ ledger, webhooks: 1, sentBytes: 0, answerBytes: 0 }));
  }
  const [first, ...more] = all;
  if (!first) throw new Error('nothing was measured');
  return leastOf([first, ...more]);
}
