/**
 * Holds every kind of request that the client of ActiveCampaign sends against the vendor's OpenAPI document, which is
 * not ours to publish. The client is the real one; the simulator answers it.
 *
 * Run by `npm exec -- node test/vendor/active-campaign-requests.ts <document>`; ends with 1 at the first request that
 * is not valid.
 */
import { readFileSync } from 'node:fs';
import { SteadyPace } from '../../cli/steady-pace.ts';
import { ActiveCampaign } from '../../functions/crm/active-campaign/client.ts';
import { hooks } from '../../functions/crm/active-campaign/hooks.ts';
import { imports } from '../../functions/crm/active-campaign/imports.ts';
import { startActiveCampaign } from '../../local/crm-simulators/active-campaign.ts';
import { startFaultProxy } from '../../local/fault-proxy.ts';
import { OpenApiDocument } from './openapi-document.ts';

const API_PATH = '/api/3';
const FAST = 1_000; // requests a second

const LINKED = "has no path of its own, but the document's contacts link to it";
const OF_LISTS = "the vendor's page on pagination has it, for lists in general";

/** What is sent though the document does not have it so, and why. A new one is a mistake until it has a reason. */
const EXCEPTIONS = new Map([
  ['GET /contacts/{id}/contactTags', LINKED],
  ['GET /contacts/{id}/contactAutomations', LINKED],
  ['POST /contactAutomations', "only the vendor's reference for people has it"],
  ['GET /contacts?ids[]', 'its name is ids, but its example has ids[]'],
  ['GET /contacts?limit', OF_LISTS],
  ['GET /contacts?include', 'undocumented: contacts whose answer does not prove it are read singly'],
  ['GET /contacts?orders[id]', 'its values are in small letters, but its default is ASC'],
  [
    'GET /contacts?filters[updated_after]',
    'a time where the document has a date: at worst, a day comes again',
  ],
  ['GET /tags?limit', OF_LISTS],
  ['GET /tags?offset', OF_LISTS],
  ['GET /webhooks?limit', OF_LISTS],
  ['GET /webhooks?offset', OF_LISTS],
]);

const [file = ''] = process.argv.slice(2);
const document = new OpenApiDocument(JSON.parse(readFileSync(file, 'utf8')), new Set(EXCEPTIONS.keys()));
const crm = await startActiveCampaign({ requestsPerSecond: FAST });
const proxy = await startFaultProxy(() => crm.url);
const credentials = { url: proxy.url, token: crm.token };
const pace = new SteadyPace(FAST);
const client = new ActiveCampaign(credentials, pace);
const account = { site: 'a-site', credentials, pace };
const [first = '', second = ''] = crm.seedContacts(2);
const now = new Date().toISOString();
const url = 'https://hooks.example.com/events/activecampaign/a-handshake';

const people = Array.from({ length: 10 }, (_, index) => ({
  ...{ email: `new-${index}@example.com`, firstName: 'Ada', lastName: 'Byron', phone: '+15550100' },
  ...{ tags: ['20'], fields: { 5: 'gold' } },
}));

const calls: Record<string, () => Promise<unknown>> = {
  readContact: () => client.readContact(first),
  readContacts: () => client.readContacts([first, second]),
  changedSince: () => client.changedSince(now),
  'changedSince, next page': () => client.changedSince(now, first),
  writeFields: () => client.writeFields(first, { 7: 'a password', 5: 'gold' }),
  addTags: () => client.addTags(first, ['20', '8']),
  removeTags: () => client.removeTags(first, ['20']),
  changeTagsOfMany: () => client.changeTagsOfMany([first, second], { add: ['9', '20'], remove: ['1', '8'] }),
  upsertContact: () =>
    client.upsertContact({ email: 'new@example.com', firstName: 'Ada', lastName: 'Byron' }),
  startAutomation: () => client.startAutomation(first, '22', now),
  'startAutomation, in any case': () => client.startAutomation(first, '22'),
  importPeople: () => imports.open(account).importPeople(people),
  'hooks.missing': () => hooks.missing(account, url, []),
  'hooks.install': () => hooks.install(account, url, []),
  'hooks.remove': async () => {
    for (const hook of await hooks.list(account)) await hooks.remove(account, hook);
  },
};

try {
  for (const [name, call] of Object.entries(calls)) await judge(name, call);
  console.log('\nExceptions:');
  for (const [exception, reason] of EXCEPTIONS) console.log(`  ${exception}: ${reason}`);
  if (document.unused.size > 0) {
    throw new Error(`No request needs these exceptions any more: ${[...document.unused].join('; ')}`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await proxy.close();
  await crm.close();
}

async function judge(name: string, call: () => Promise<unknown>): Promise<void> {
  const before = proxy.passed.length;
  const failure = await call().then(
    () => undefined,
    (error: unknown) => error, // a request that the document refuses says more than the simulator's answer to it
  );
  const sent = proxy.passed.slice(before);
  if (sent.length === 0) throw new Error(`${name} has sent no request`);
  const lines = sent.map((request) => {
    if (!request.path.startsWith(`${API_PATH}/`))
      throw new Error(`${name}: ${request.path} is not of the API`);
    const { kind, exceptions } = document.judge({ ...request, path: request.path.slice(API_PATH.length) });
    if (exceptions.includes(kind)) return `${name}: ${kind} is excepted`;
    return `${name}: ${kind} is valid${exceptions.length > 0 ? `, except ${exceptions.join(', ')}` : ''}`;
  });
  console.log([...new Set(lines)].join('\n'));
  if (failure) throw failure;
}
