import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientOptions } from '../local/endpoints.ts';
import type { Item } from '../local/items-of.ts';
import { answerLost } from '../local/plugin-simulator/request-log.ts';
import { PLUGIN_SECRET } from '../local/product.ts';
import { findCanary } from '../test/support/canaries.ts';
import { only } from './history/event.ts';
import { noteTable } from './history/note-table.ts';
import { CANARY, SITES, type StormSite } from './sites.ts';
import type { Storm } from './storm.ts';
import { FIRST_POINTS, simulatorOf } from './world/people.ts';
import { askApi, visit } from './world/site-api.ts';

const MOST_VISITS = 3;
const DEAD_LETTER_QUEUES = ['operations', 'batch-sync', 'deliveries', 'site-events'];

/** Notes everything that there is to see when all is over: in the table, at the CRMs, the plugin and the site, in the logs. */
export async function aftermath(of: Storm): Promise<void> {
  const { world, history, table } = of;
  const items = await table.items();
  noteTable(items, history);
  noteValues(of, items);
  noteDeliveries(of);
  for (const [site, { taken }] of world.product.sites)
    for (const { id, type, data } of taken)
      history.add({ what: 'told', site, contact: data.contactId, id, type });
  await meetMembers(of, items);
  await noteWhatIsSaid(of, items);
}

/** What contacts hold that jobs add to or set, where it counts. */
function noteValues({ world, history, webhooks }: Storm, items: readonly Item[]): void {
  for (const site of SITES.filter(({ relays }) => !relays)) {
    for (const { id: contact } of webhooks.contacts.get(site.id) ?? []) {
      const {
        points = '',
        mark = '',
        firstName = '',
      } = site.hasCrm ? inCrm(site, contact, world.product) : inTable(site, contact, items);
      const about = { what: 'value', site: site.id, contact } as const;
      history.add({ ...about, field: 'points', value: points, first: site.hasCrm ? FIRST_POINTS : '' });
      history.add({ ...about, field: 'mark', value: mark, first: '' });
      if (!site.hasCrm) history.add({ ...about, field: 'first name', value: firstName, first: '' });
    }
  }
}

function inCrm({ id, fields }: StormSite, contact: string, product: Storm['world']['product']) {
  const held = simulatorOf(product, id).contacts.get(contact)?.fields ?? {};
  return { points: held[fields.points], mark: held[fields.mark], firstName: '' };
}

function inTable({ id, fields }: StormSite, contact: string, items: readonly Item[]) {
  const item = items.find(({ pk, sk }) => pk === `${id}#${contact}` && sk === 'contact') ?? {};
  const text = (name: string) => String((item as Record<string, unknown>)[name] ?? '');
  return {
    points: text(`field:${fields.points}`),
    mark: text(`field:${fields.mark}`),
    firstName: text('firstName'),
  };
}

function noteDeliveries({ world, history }: Storm): void {
  for (const [site, { requests }] of world.product.plugins) {
    for (const request of requests) {
      const { contactId: contact = '', seq, endedAt, delivered } = request;
      if (!delivered || seq === undefined || endedAt === undefined) continue;
      history.add(
        {
          what: 'delivered',
          ...{ site, contact, seq, endedAt: history.atOf(endedAt), answerLost: answerLost(request) },
        },
        history.atOf(request.at),
      );
    }
  }
}

/** Every member opens a page, and logs in with the password that its contact has. */
async function meetMembers({ world, history, webhooks }: Storm, items: readonly Item[]): Promise<void> {
  const { cloud, product } = world;
  for (const site of SITES.filter(({ hasCrm }) => hasCrm)) {
    for (const { id: contact } of webhooks.contacts.get(site.id) ?? []) {
      const item = items.find(({ pk, sk }) => pk === `${site.id}#${contact}` && sk === 'member');
      const held = simulatorOf(product, site.id).contacts.get(contact);
      if (!item || !held) continue;
      const about = { site: site.id, contact };
      for (let visits = 0; visits < MOST_VISITS; visits++) if (!(await visit(cloud, about, history))) break;
      const password = held.fields[site.fields.password];
      if (item.account === undefined || !password) continue;
      const body2 = { email: held.email, password, address: '192.0.2.1' };
      const login = await askApi(cloud, site.id, '/v1/login', body2);
      history.add({ what: 'logged-in', ...about, status: login.status });
    }
  }
}

/** What people can read outside of the table, and what must not stand there. */
async function noteWhatIsSaid(of: Storm, items: readonly Item[]): Promise<void> {
  const { world, history } = of;
  const texts = [
    ...world.lines.map(({ from, line }) => ({ where: `the log of ${from}`, text: line })),
    ...world.messages.map((text) => ({ where: 'a request to SQS', text })),
    ...(await deadLetters(of)).map((text) => ({ where: 'a dead letter', text })),
  ];
  const all = texts.map(({ text }) => text).join('\n');
  for (const [name, value] of secretsOf(of)) {
    history.add({ what: 'secret', name, value });
    if (findCanary(value, [all]).length === 0) continue; // else the history would be made of log lines
    for (const said of texts.filter(({ text }) => findCanary(value, [text]).length > 0).slice(0, 3))
      history.add({ what: 'said', ...said });
  }
  for (const { line } of world.lines) {
    if (!line.includes('"refused"')) continue;
    const { outcome, status, reason } = JSON.parse(line) as Record<string, unknown>;
    if (outcome === 'refused')
      history.add({ what: 'logged', status: Number(status), reason: String(reason) });
  }
  noteTraces(of, items);
}

/** What nobody may find anywhere but in the table: all that the storm has put in, and what has been generated. */
function secretsOf({ world, webhooks }: Storm): [name: string, value: string][] {
  const generated = SITES.filter(({ hasCrm }) => hasCrm).flatMap((site) =>
    (webhooks.contacts.get(site.id) ?? []).flatMap(({ id }): [string, string][] => {
      const password = simulatorOf(world.product, site.id).contacts.get(id)?.fields[site.fields.password];
      return password && !password.includes(CANARY) ? [[`the password of ${site.id}/${id}`, password]] : [];
    }),
  );
  const tokens = [...world.product.simulators].map(([site, { credentials }]): [string, string] => [
    `the CRM token of ${site}`,
    credentials.token ?? '',
  ]);
  return [
    ['a handshake, API key, address or password of the storm', CANARY],
    ['the secret of the plugin', PLUGIN_SECRET],
    ...tokens,
    ...generated,
  ];
}

async function deadLetters({ world: { cloud } }: Storm): Promise<string[]> {
  const sqs = new SQSClient(clientOptions(cloud.endpoints.sqs));
  const bodies: string[] = [];
  try {
    for (const queue of DEAD_LETTER_QUEUES) {
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            ...{ QueueUrl: cloud.queues[`${queue}/dead-letters`], MaxNumberOfMessages: 10 },
            ...{ WaitTimeSeconds: 0, VisibilityTimeout: 3_600 },
          }),
        );
        if (Messages.length === 0) break;
        bodies.push(...Messages.map(({ Body }) => String(Body)));
      }
    }
    return bodies;
  } finally {
    sqs.destroy();
  }
}

/** Whether anything is left of webhooks without a handshake; their contacts are named by nobody else. */
function noteTraces({ world, history }: Storm, items: readonly Item[]): void {
  const places: [where: string, text: string][] = [
    ['the table', JSON.stringify(items)],
    ['a request to SQS', world.messages.join('\n')],
  ];
  for (const { n, contact, kind } of only(history.events, 'sent')) {
    if (kind !== 'stranger') continue;
    for (const [where, text] of places) if (text.includes(contact)) history.add({ what: 'trace', n, where });
  }
}
