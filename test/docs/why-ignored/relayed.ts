import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { ulid } from 'ulid';
import type { Fault } from '../../../local/plugin-simulator/fault.ts';
import { HANDSHAKES } from '../../support/latchkey.config.ts';
import { hostOf } from '../../support/relay.ts';
import { sqsEvent } from '../../support/sqs-event.ts';
import type { Ending, Play, Stage } from './stage.ts';

const MS_PER_DAY = 86_400_000;

/** What of a webhook is not as usual. */
type Odd = { site?: 'relayed' | 'academy'; daysOld?: number; keeps?: false };

/** One attempt at a webhook that no message brings: nobody tries it a second time. */
async function tried(stage: Stage, { site = 'relayed', daysOld = 0, keeps }: Odd = {}): Promise<Ending> {
  const { recordWebhook } = await import('../../../functions/store/webhooks.ts');
  const at = Date.now() - daysOld * MS_PER_DAY;
  const receivedAt = new Date(at).toISOString();
  const about = { id: ulid(at), site, command: 'aal_genpass', contactId: stage.unique() };
  const request = { method: 'POST', query: '', secretIn: { query: 'aal_genpass' } };
  const webhook = { ...about, parameters: {}, receivedAt, ...(keeps !== false && { request }) };
  await recordWebhook(webhook, {
    state: 'queued',
    queue: 'deliveries',
    pendingAt: receivedAt,
    recordDays: 30,
  });
  await stage.latchkey.cloud.lambda('relay').invoke(sqsEvent([webhook]));
  const { state = 'no record', reason } =
    (await stage.latchkey.record(site, about.contactId, about.id)) ?? {};
  return { state, words: reason };
}

/** The last of so many attempts that meet a host with a fault, which nobody knew before. */
const meeting =
  (fault: Fault, times = 1, odd: Odd = {}): Play =>
  async (stage) => {
    const host = hostOf(stage.latchkey, 'relayed');
    await stage.table.remove({ pk: 'gate#relayed', sk: 'gate' });
    await host.setFault(fault);
    for (let time = 1; time < times; time++) await tried(stage, odd);
    const ending = await tried(stage, odd);
    await host.setFault();
    await stage.table.remove({ pk: 'gate#relayed', sk: 'gate' });
    return ending;
  };

/** An attempt while the host is at another webhook, which is all that it gets as long as nobody knows it. */
async function besideAnother(stage: Stage): Promise<Ending> {
  const host = hostOf(stage.latchkey, 'relayed');
  await stage.table.remove({ pk: 'gate#relayed', sk: 'gate' });
  const letGo = host.hold();
  const other = stage.unique();
  const id = await stage.latchkey.send('relayed', 'aal_genpass', { 'contact[id]': other });
  await host.until((requests) => requests.some(({ webhookId }) => webhookId === id));
  const ending = await tried(stage);
  letGo();
  await stage.end('relayed', other, id);
  return ending;
}

/** Three updates, of which the second is brought by the third. */
async function updatesInARow(stage: Stage): Promise<Ending> {
  const host = hostOf(stage.latchkey, 'relayed');
  const contact = stage.unique();
  const send = () => stage.latchkey.send('relayed', 'aal_updateuser', { 'contact[id]': contact });
  const letGo = host.hold();
  const first = await send();
  await host.until((requests) => requests.some(({ webhookId }) => webhookId === first));
  const second = await send();
  await send();
  letGo();
  return stage.end('relayed', contact, second);
}

/** Posts an event of the CRM for the site that wants few of them, and gives its id. */
async function event(stage: Stage, contact: string, said: Record<string, string>): Promise<string> {
  const body = new URLSearchParams({ type: 'update', 'contact[id]': contact, ...said });
  // The query's type is Memberium's own.
  const response = await stage.post(
    `/events/activecampaign/${HANDSHAKES.flooded}?type=contact`,
    String(body),
  );
  return ((await response.json()) as { webhook: string }).webhook;
}

const keptBack =
  (said: Record<string, string>): Play =>
  async (stage) => {
    const contact = stage.unique();
    return stage.end('flooded', contact, await event(stage, contact, said));
  };

async function tooSoon(stage: Stage): Promise<Ending> {
  const contact = stage.unique();
  await stage.end('flooded', contact, await event(stage, contact, {}));
  return stage.waits('flooded', contact, await event(stage, contact, {}));
}

/** As no fetch posts it, which resolves the dots. */
async function upwards({ latchkey }: Stage): Promise<Ending> {
  const { hostname, port } = new URL(latchkey.cloud.url);
  const path = `/relay/${HANDSHAKES.relayed}/a/../b`;
  const { promise, resolve, reject } = Promise.withResolvers<Ending>();
  const sent = request({ hostname, port, path, method: 'POST' }, async (response) => {
    const { detail } = (await json(response)) as { detail: string };
    resolve({ state: 'No record', words: `${response.statusCode} ${detail}` });
  });
  sent.on('error', reject);
  sent.end();
  return promise;
}

/** What is handed on to a site's own plugin. */
export const relayed: Record<string, Play> = {
  '400 The path may not hold . or .. as a segment: write it as the plugin has it.': upwards,
  'This site does not relay: a webhook goes to /?command=handshake here.': (stage) =>
    stage.refused('academy', '/relay/HANDSHAKE', 'id=1'),
  "… is a command of Latchkey's own: no plugin knows it.": (stage) =>
    stage.refused('relayed', '/?team_join=HANDSHAKE&teamId=crew&leaderId=7', 'id=1'),
  'the site wants no events of this type': keptBack({ type: 'subscribe' }),
  'the site wants no events about this tag': keptBack({ type: 'contact_tag_added', tag: 'Silver' }),
  'the site wants no events that come from …': keptBack({ initiated_from: 'api' }),
  'waits until …: the site wants some time between two events of a contact': tooSoon,
  '…, a later update of this contact, brings this one too': updatesInARow,
  'the site is at its … at once…': besideAnother,
  'the site is left alone until …: … failures in a row, last: …': meeting({ does: 'answers500' }, 6),
  'the site is left alone until …: it asked for that': meeting(
    { does: 'answers429', retryAfterSeconds: 60 },
    2,
  ),
  'the site answered 5…': meeting({ does: 'answers503' }),
  'the site answered 429': meeting({ does: 'answers429', retryAfterSeconds: 1 }),
  'the site answered …, a redirect to …': meeting({
    does: 'redirects',
    to: 'https://elsewhere.example.com/',
  }),
  'the site answered … with a page, which is no answer of the plugin: …': meeting({ does: 'htmlPage' }),
  'the site answered … with …: have it let Latchkey through to this address': meeting({ does: 'captcha' }),
  "the site answered … with a login page: check the relay's url, and that it works without a login": meeting({
    does: 'loginPage',
  }),
  'the site answered … with a critical error of WordPress': meeting({ does: 'answers500' }),
  '… did not answer within … s': meeting({ does: 'hangs' }),
  'the connection to … was reset': meeting({ does: 'resets', when: 'after' }),
  '… refused the connection': meeting({ does: 'down' }),
  'the site answered 4…: not tried again': meeting({ does: 'final4xx', status: 403 }),
  'gave up after … days; last: …': meeting({ does: 'answers503' }, 1, { daysOld: 15 }),
  'this site does not relay any more': (stage) => tried(stage, { site: 'academy' }),
  'what should be handed on is not in the record': (stage) => tried(stage, { keeps: false }),
};
