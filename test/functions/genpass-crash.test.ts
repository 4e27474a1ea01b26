import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { passwordMatches } from '../../functions/members/password.ts';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import type { ActiveCampaignSimulator } from '../../local/crm-simulators/active-campaign.ts';
import { type FaultyLatchkey, startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import { TAGS } from '../support/latchkey.config.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';
import { type Workers, wireWorkers } from '../support/workers.ts';

const PASSWORD = '7';

let latchkey: FaultyLatchkey;
let table: TableAccess;
let crm: ActiveCampaignSimulator;
let workers: Workers;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('work', 'told', { pollers: false });
  table = openTable(latchkey);
  crm = latchkey.simulators.get('told') as ActiveCampaignSimulator;
  workers = await wireWorkers(latchkey, table);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

/**
 * Runs genpass for a fresh contact by a worker that dies when its n-th request to DynamoDB or the CRM is done and it
 * does not know that yet, which to the world is the same as before request n + 1. Then the message comes again, as
 * from SQS once the dead worker's hold has ended.
 * @returns the passwords that reached the CRM, and whether there was an n-th request
 */
async function genpassKilledAt(n: number) {
  const { id: contact } = crm.contacts.create({ email: `killed.${n}@example.com` });
  crm.contacts.addTag(contact, TAGS.premium);
  const passwords = new Set<string>();
  latchkey.proxies.crm.decide((passing) => {
    if (passing.method === 'PUT') {
      for (const { field, value } of JSON.parse(passing.body).contact.fieldValues) {
        if (field === PASSWORD) passwords.add(value);
      }
    }
    return 'pass';
  });
  const id = await latchkey.send('told', 'aal_genpass', { 'contact[id]': contact });
  const record = (await latchkey.record('told', contact, id)) as WebhookRecord;
  const end = await workers.work([record], { diesAfter: n });
  if (end === 'died') {
    await table.letHoldPass(record);
    await workers.deliver(record);
  }
  return { contact, passwords, killed: end === 'died' };
}

const states = async (contact: string) => (await latchkey.records('told', contact)).map(({ state }) => state);

/** What the site is told of a new member, whatever crashed on the way. */
const NEWS = ['access.granted', 'member.created', 'member.password-generated', 'member.synced'];

/** What is recorded for the site to be told, by type. */
const news = async (contact: string): Promise<unknown[]> =>
  (await table.items())
    .filter(({ pk, sk }) => pk === `told#${contact}` && sk.startsWith('event#'))
    .map(({ type }) => type)
    .sort();

test('a worker killed after any step of genpass leaves one account whose one password is the one in the CRM', async () => {
  for (let n = 1; ; n++) {
    const { contact, passwords, killed } = await genpassKilledAt(n);
    const { account } = (await latchkey.member('told', contact)) ?? {};
    const inField = crm.contacts.get(contact)?.fields[PASSWORD] ?? '';
    const fits = await passwordMatches(inField, account?.passwordHash ?? '');
    const end = {
      n,
      passwords: [...passwords],
      fits,
      states: await states(contact),
      news: await news(contact),
    };
    expect(end).toEqual({ n, passwords: [inField], fits: true, states: ['applied'], news: NEWS });
    if (!killed) {
      expect(n).toBeGreaterThan(8); // fewer steps would mean that the kills did not reach the work
      return;
    }
  }
}, 180_000);
