import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { passwordMatches } from '../../functions/members/password.ts';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import type { ActiveCampaignSimulator } from '../../local/crm-simulators/active-campaign.ts';
import type { Fate } from '../support/fault-proxy.ts';
import { type FaultyLatchkey, startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import { TAGS } from '../support/latchkey.config.ts';
import { sqsEvent } from '../support/sqs-event.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';

const PASSWORD = '7';

let latchkey: FaultyLatchkey;
let table: TableAccess;
let crm: ActiveCampaignSimulator;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('work', 'told', { pollers: false });
  table = openTable(latchkey);
  crm = latchkey.simulators.get('told') as ActiveCampaignSimulator;
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

/**
 * Runs genpass for a fresh contact and kills the worker when its n-th step out, a request to DynamoDB or the
 * CRM, is done and the worker does not know it yet, which to the world is the same as before step n + 1. Then
 * delivers the message again, as SQS does.
 * @returns the passwords that reached the CRM, and whether there was an n-th step
 */
async function genpassKilledAt(n: number) {
  const { id: contact } = crm.contacts.create({ email: `killed.${n}@example.com` });
  crm.contacts.addTag(contact, TAGS.premium);
  const { dynamodb, crm: crmProxy } = latchkey.proxies;
  const passwords = new Set<string>();
  let step = 0;
  let killed = false;
  const decide = (): Fate => {
    step++;
    if (killed || step !== n) return 'pass';
    killed = true;
    return { after: () => void latchkey.cloud.functions.work?.kill() };
  };
  dynamodb.decide(decide);
  crmProxy.decide((passing) => {
    if (passing.method === 'PUT') {
      for (const { field, value } of JSON.parse(passing.body).contact.fieldValues) {
        if (field === PASSWORD) passwords.add(value);
      }
    }
    return decide();
  });
  const id = await latchkey.send('told', 'aal_genpass', { 'contact[id]': contact });
  const event = sqsEvent([(await latchkey.record('told', contact, id)) as WebhookRecord]);
  const delivered = latchkey.cloud.functions.work?.invoke(event);
  if (await failed(delivered)) await latchkey.cloud.functions.work?.invoke(event);
  return { contact, passwords, killed };
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

const failed = (invocation: Promise<unknown> | undefined) =>
  invocation?.then(
    () => false,
    () => true,
  );

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
