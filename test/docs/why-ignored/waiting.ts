import type { Fault } from '../../../local/crm-simulators/fault-switchboard.ts';
import type { TestSite } from '../../support/latchkey.ts';
import type { Ending, Play, Stage } from './stage.ts';

/** A genpass whose first attempt meets a fault of the CRM. */
const meeting =
  (site: TestSite, fault: Fault): Play =>
  async (stage) => {
    const contact = stage.newContact(site);
    const { faults } = stage.crm(site);
    faults.next({ times: Number.POSITIVE_INFINITY, ...fault });
    const ending = await stage.sendAndWait(site, 'aal_genpass', contact);
    faults.clear();
    return ending;
  };

const tooMany = (seconds: string): Fault => ({
  ...{ does: 'answer', status: 429, headers: { 'Retry-After': seconds } },
});

/** A contact that cannot become a member yet. */
const nameless = (stage: Stage): string => stage.crm('academy').contacts.create({ email: '' }).id;

async function withoutParameter(stage: Stage): Promise<Ending> {
  const { values } = stage.latchkey.cloud.parameters;
  const name = '/latchkey/local/legacy/crm';
  const credentials = values.get(name) ?? '';
  values.delete(name);
  const ending = await stage.sendAndWait('legacy', 'aal_genpass', stage.newContact('legacy'));
  values.set(name, credentials);
  return ending;
}

async function lastAttempt(stage: Stage): Promise<Ending> {
  const contact = nameless(stage);
  await stage.sendAndWait('academy', 'aal_genpass', contact);
  const [record] = await stage.latchkey.records('academy', contact);
  if (!record) throw new Error('not recorded');
  await stage.table.change(record, { attempts: 15 });
  await stage.work(record);
  return stage.end('academy', contact, record.id);
}

/** What waits, and what has waited for too long. */
export const waiting: Record<string, Play> = {
  'Throttled: the limit of … is used up': meeting('slow', tooMany('60')),
  'Throttled: … answered 429 again and again': meeting('told', tooMany('1')),
  "Unavailable: … answered …: check the credentials of this site's CRM.": meeting('academy', {
    ...{ does: 'answer', status: 401 },
  }),
  'Unavailable: … did not answer: …': meeting('academy', { does: 'reset' }),
  'Unavailable: … answered 5…': meeting('academy', { does: 'answer', status: 500 }),
  'Unavailable: … answered … with something that is not JSON': meeting('academy', { does: 'malformed' }),
  'Error: the contact has no e-mail address yet: it needs one in the CRM': (stage) =>
    stage.sendAndWait('academy', 'aal_genpass', nameless(stage)),
  'Error: The parameter … cannot be read: …': withoutParameter,
  'gave up after 16 attempts; last: …': lastAttempt,
};
