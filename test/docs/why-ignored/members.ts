import { deliver } from '../../support/batch-sync.ts';
import { API_KEYS } from '../../support/latchkey.config.ts';
import { eventually, type TestSite } from '../../support/latchkey.ts';
import { siteApi } from '../../support/site-api.ts';
import { sqsEvent } from '../../support/sqs-event.ts';
import type { Ending, Play, Stage } from './stage.ts';

/** The webhook that comes a second time. */
const again =
  (site: TestSite, command: string): Play =>
  async (stage) => {
    const contact = stage.newContact(site);
    await stage.send(site, command, contact);
    return stage.send(site, command, contact);
  };

const genpass = (stage: Stage, contact: string, more: Record<string, string> = {}) =>
  stage.send('academy', 'mbr_genpass', contact, more);

/** A member whom the site finds by its e-mail address. */
async function findableMember(stage: Stage): Promise<{ contact: string; email: string }> {
  const contact = stage.newContact('academy');
  await genpass(stage, contact);
  const { email = '' } = stage.crm('academy').contacts.get(contact) ?? {};
  const api = siteApi(stage.latchkey, 'academy', API_KEYS.academy);
  await eventually(async () => {
    const { body } = await api.get(`/v1/members?email=${email}`);
    if (body.members.length === 0) throw new Error(`${contact} is not found yet`);
  });
  return { contact, email };
}

async function sameAddress(stage: Stage, isMerged: boolean): Promise<Ending> {
  const { contacts } = stage.crm('academy');
  const { contact: former, email } = await findableMember(stage);
  const contact = stage.newContact('academy');
  if (isMerged) contacts.remove(former);
  contacts.edit(contact, { email });
  return genpass(stage, contact);
}

async function syncedSince(stage: Stage): Promise<Ending> {
  const contact = stage.newContact('legacy');
  const id = await stage.latchkey.send('legacy', 'aal_batchsync', { 'contact[id]': contact });
  await stage.send('legacy', 'aal_updateuser', contact);
  const record = await stage.latchkey.record('legacy', contact, id);
  if (!record) throw new Error('not recorded');
  await deliver(stage.latchkey, sqsEvent([record]));
  return stage.end('legacy', contact, id);
}

async function pulledSince(stage: Stage): Promise<Ending> {
  const contact = stage.newContact('legacy');
  const before = new Date().toISOString();
  await stage.send('legacy', 'aal_updateuser', contact);
  return stage.ownJob('legacy', 'pull', contact, {}, before);
}

/** Somebody who leads a team that no CRM knows of. */
async function unknownManaged(stage: Stage): Promise<Ending> {
  const about = { 'contact[id]': 'ghost', teamId: 'crew' };
  await stage.send('managed', 'aal_initiateteam', 'ghost', about);
  const id = await stage.latchkey.send('managed', 'aal_teamops', { ...about, opId: 'thank' });
  return stage.end('managed', 'ghost', `${id}-ghost`);
}

async function refusedByCrm(stage: Stage): Promise<Ending> {
  const contact = stage.newContact('academy');
  const { faults } = stage.crm('academy');
  faults.next({ does: 'answer', status: 422, times: Number.POSITIVE_INFINITY }); // others may ask first
  const ending = await genpass(stage, contact);
  faults.clear();
  return ending;
}

const operation =
  (operationId: string, points?: string): Play =>
  (stage) =>
    stage.send('academy', 'aal_fieldop', stage.newContact('academy', points), { operationId });

/** Pulls, accounts, passwords and operations. */
export const members: Record<string, Play> = {
  'identical to …, … s earlier': async (stage) => {
    const posts = { 'contact[id]': stage.newContact('academy'), operationId: 'ten-points' };
    await stage.latchkey.send('academy', 'aal_fieldop', posts);
    const id = await stage.latchkey.send('academy', 'aal_fieldop', posts);
    return stage.end('academy', posts['contact[id]'], id);
  },
  'nothing to pull: synced since this webhook arrived': syncedSince,
  'nothing to pull: pulled since this was asked for': pulledSince,
  'the member exists; marked for a pull, password untouched': again('academy', 'aal_genpass'),
  'the member exists; pulled from the CRM, password untouched': again('legacy', 'aal_genpass'),
  'account taken over from contact …, which the CRM merged into this one; password untouched': (stage) =>
    sameAddress(stage, true),
  'the password field is filled (…), no account created': (stage) =>
    genpass(stage, stage.newContact('academy'), { autoregister: 'n' }),
  'has none of the tags of genpassOnTags': (stage) =>
    stage.ownJob('academy', 'genpass_if_tagged', stage.newContact('academy')),
  'nothing to change: no condition held, or all of it was so already': operation('double-points', '0'),
  'the CRM has no contact …: deleted, or merged into another': (stage) => genpass(stage, '999999'),
  '"…" is no id of …\'s: those are numbers': (stage) =>
    stage.ownJob('guild', 'team_interaction', 'none', { teamId: 'crew', opId: 'thank' }),
  'the site … has no managed contact …': unknownManaged,
  '… answered 4…: …': refusedByCrm,
  '… knows no such contact, tag, field or automation': (stage) =>
    genpass(stage, stage.newContact('academy'), { tid: '999999' }),
  'contact … has an account with the same e-mail address: merge the two in the CRM, and send this again': (
    stage,
  ) => sameAddress(stage, false),
  'the contact is no member: there is no password to reset': (stage) =>
    stage.send('told', 'mbr_password_reset', stage.newContact('told')),
  'the site takes no events: set … in its config and store its parameter': (stage) =>
    stage.send('academy', 'mbr_password_reset', stage.newContact('academy')),
  "… is no automation of Keap's: those are written campaign:sequence": (stage) =>
    stage.send('guild', 'mbr_genpass', stage.newContact('guild'), { automation: '12' }),
  'managed contacts are in no CRM, so there is no automation to start': (stage) =>
    stage.send('managed', 'mbr_genpass', 'somebody', { email: 'somebody@example.com', automation: '3' }),
  'the site has no operation "…": its config names those it has': operation('unheard-of'),
  'step … (…): field … holds no number': operation('ten-points', 'many'),
  'step … (…): the number for field … is longer than … characters': operation(
    'double-points',
    '9'.repeat(30),
  ),
  '…; what comes then the CRM refused: …': operation('refused'),
};
