import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import { clientOptions } from '../../local/endpoints.ts';
import { startFaultProxy } from '../../local/fault-proxy.ts';
import { PLUGIN_SECRET } from '../../local/product.ts';
import { allPages } from './console.ts';
import { HANDSHAKES } from './latchkey.config.ts';
import { eventually, startTestLatchkey, type TestSite } from './latchkey.ts';
import { seenOnCommandLine } from './operator-at-command-line.ts';
import { QUOTED_ADDRESS, startQuotingCrm } from './quoting-crm.ts';
import { sentMessages } from './sent-messages.ts';
import { type Item, openTable } from './table-access.ts';

const PERSON = { email: QUOTED_ADDRESS, firstName: 'Canaria', lastName: 'Birdwell' };
const DEFAULT_PASSWORD = 'canary-default-pass-71';
const WRONG_HANDSHAKE = 'canary-wrong-handshake-1f9a';
const ADOPTED_PASSWORD = 'canary-adopted-pass-38';
const FOREIGN_SECRET = 'canary-foreign-91'; // so short that a JSON parser's error quotes it whole
const BROKEN_TOKEN = 'canary-broken-token-55c2';
const TOO_LARGE = 300 * 1024; // bytes

/** What must show up nowhere, and every place where it could have. */
export type CanaryRun = {
  canaries: Record<string, string>;
  places: {
    lines: string[];
    messages: string[];
    deadLetters: string[];
    answers: string[];
    pages: string[];
    commandLine: string[];
  };
  items: Item[];
};

/** Runs canaries through everything that a webhook can meet, good and bad, and gathers what is left of it. */
export async function runCanaries(): Promise<CanaryRun> {
  let realSqs = '';
  const sqsProxy = await startFaultProxy(() => realSqs);
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-canary-'));
  await mkdir(join(folder, 'crm'));
  process.env.LATCHKEY_CONFIG = resolve(import.meta.dirname, 'latchkey.config.ts');
  const latchkey = await startTestLatchkey({
    dataDir: folder,
    pollers: false,
    endpointsOf: (real) => {
      realSqs = real.sqs;
      return { sqs: sqsProxy.url };
    },
  });
  const { cloud, simulators } = latchkey;
  const table = openTable(latchkey);
  const academy = simulators.get('academy');
  const quoting = await startQuotingCrm(academy?.url ?? '');
  const credentials = (site: TestSite, value: string) =>
    cloud.parameters.values.set(`/latchkey/local/${site}/crm`, value);
  const answers: string[] = [];

  const request = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(cloud.url + path, { method: 'POST', ...init });
    const body = await response.text();
    answers.push(`${response.status} ${JSON.stringify([...response.headers])} ${body}`);
    return { status: response.status, webhook: body.startsWith('{') ? JSON.parse(body).webhook : undefined };
  };
  const form = (contact: string, more: Record<string, string> = {}) =>
    new URLSearchParams({
      'contact[id]': contact,
      'contact[email]': PERSON.email,
      'contact[first_name]': PERSON.firstName,
      'contact[last_name]': PERSON.lastName,
      ...more,
    });
  const send = async (site: TestSite, command: string, contact: string, more: Record<string, string> = {}) =>
    ({
      site,
      contactId: contact,
      id: (await request(`/?${command}=${HANDSHAKES[site]}`, { body: form(contact, more) })).webhook,
    }) as const;
  const person = (n: number, fields: Record<string, string> = {}): string =>
    academy?.contacts.create({ ...PERSON, fields, email: PERSON.email.replace('@', `.${n}@`) }).id ?? '';

  try {
    credentials('academy', JSON.stringify({ ...academy?.credentials, url: quoting.url }));
    credentials('legacy', `{"url":"https://${BROKEN_TOKEN}","token":"${BROKEN_TOKEN}`);

    // Accepted, in every shape.
    const generated = await send('academy', 'aal_genpass', person(1));
    const given = await send('academy', 'mbr_genpass', person(2), { default_pass: DEFAULT_PASSWORD });
    const adopted = await send('academy', 'aal_genpass', person(7, { 7: ADOPTED_PASSWORD }));
    const light = person(3);
    await request(`/aal_updateuser/${HANDSHAKES.academy}`, { body: form(light) });
    await request('/aal_batchsync', {
      body: form(light),
      headers: { authorization: `Bearer ${HANDSHAKES.academy}` },
    });
    await request(`/?aal_updateuser=${HANDSHAKES.academy}`, {
      method: 'GET',
      headers: { accept: 'text/html' },
    });

    // Refused, each with as many canaries as it can carry.
    const all = form('1', {
      teamId: PERSON.email,
      change: DEFAULT_PASSWORD,
      tid: WRONG_HANDSHAKE,
      default_pass: 'c',
    }).toString();
    await request(`/?aal_updateuser=${WRONG_HANDSHAKE}`, { body: all });
    await request(`/${WRONG_HANDSHAKE}/${HANDSHAKES.academy}?${all}`, { body: all });
    await request(`/aal_updateteam/${HANDSHAKES.academy}?${all}`, { body: all });
    await request(`/mbr_genpass/${HANDSHAKES.academy}?contactId=${PERSON.email}`, { body: all });
    await request(`/?aal_updateuser=${HANDSHAKES.academy}&aal_genpass=${WRONG_HANDSHAKE}`, { body: all });
    await request(`/?aal_updateuser=${HANDSHAKES.academy}&${all}`, { method: 'PUT', body: all });
    await request(`/?aal_updateuser=${HANDSHAKES.academy}`, { body: `{"email":"${PERSON.email}"` });
    await request(`/?aal_updateuser=${HANDSHAKES.academy}`, { body: all.padEnd(TOO_LARGE, 'x') });

    // A crash of receive: an event that API Gateway would never send.
    const event = {
      rawPath: '/',
      rawQueryString: `aal_updateuser=${HANDSHAKES.academy}`,
      headers: {},
      body: all,
    };
    answers.push(JSON.stringify(await cloud.functions.receive?.invoke(event)));

    // Jobs that the CRM refuses with words that quote everything it was sent, and one that it fails for the last time.
    const refusedGiven = await send('academy', 'mbr_genpass', quoting.refused(person(4)), {
      default_pass: DEFAULT_PASSWORD,
    });
    const refusedOwn = await send('academy', 'aal_genpass', quoting.refused(person(5)));
    const lastSync = await send('academy', 'aal_batchsync', person(6));
    // Jobs whose credentials cannot be read, at their last attempt.
    const lastJob = await send('legacy', 'mbr_genpass', '1', { default_pass: DEFAULT_PASSWORD });
    for (const webhook of [lastSync, lastJob]) await table.change(webhook, { attempts: 15 });

    // Messages that are none of ours.
    const sqs = new SQSClient(clientOptions(realSqs));
    const foreign = [FOREIGN_SECRET, JSON.stringify({ password: DEFAULT_PASSWORD })];
    for (const [index, MessageBody] of foreign.entries()) {
      await sqs.send(
        new SendMessageCommand({
          ...{ QueueUrl: cloud.queues.operations, MessageBody },
          ...{ MessageGroupId: `foreign-${index}`, MessageDeduplicationId: `foreign-${index}` },
        }),
      );
      await sqs.send(new SendMessageCommand({ QueueUrl: cloud.queues['batch-sync'], MessageBody }));
    }

    cloud.startPollers();
    for (const webhook of [generated, given, adopted])
      await latchkey.until(webhook.site, webhook.contactId, webhook.id, 'applied');
    for (const webhook of [refusedGiven, refusedOwn])
      await latchkey.until('academy', webhook.contactId, webhook.id, 'rejected');
    for (const webhook of [lastSync, lastJob])
      await latchkey.until(webhook.site, webhook.contactId, webhook.id, 'failed');

    // A worker that crashes in the middle, credentials that look right but are not, a sweep whose queue refuses.
    for (const [contact, broken] of Object.entries({
      2: { url: quoting.url, token: `${BROKEN_TOKEN}\nsecond line` },
      3: { url: quoting.url.replace('://', `://user:${BROKEN_TOKEN}@`), token: BROKEN_TOKEN },
      4: { url: BROKEN_TOKEN, token: quoting.url },
    })) {
      credentials('legacy', JSON.stringify(broken));
      cloud.functions.work?.kill(); // a new one reads the credentials again
      const job = await send('legacy', 'aal_genpass', contact);
      await eventually(async () => {
        const record = await latchkey.record('legacy', contact, job.id);
        if (!record?.reason) throw new Error(`${job.id} has not been tried`);
      });
    }
    // Webhooks for a plugin: one that it takes, and one that waits for it with everything in it.
    const handedOn = await send('relayed', 'aal_updateuser', '1');
    await latchkey.until('relayed', '1', handedOn.id, 'applied');
    await latchkey.plugins.get('relayed')?.setFault({ does: 'answers500' });
    const waiting = await send('relayed', 'aal_genpass', '2');
    await eventually(async () => {
      const record = await latchkey.record('relayed', '2', waiting.id);
      if (!record?.request || !record.history) throw new Error(`${waiting.id} has not been tried`);
    });

    sqsProxy.decide(() => 'refuse');
    const lost = await send('academy', 'aal_genpass', light);
    await table.makeOverdue(lost);
    await cloud.functions.sweep?.invoke({});
    sqsProxy.decide(() => 'pass');

    const deadLetters: string[] = [];
    for (const queue of ['operations/dead-letters', 'batch-sync/dead-letters']) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: cloud.queues[queue],
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: 1,
          VisibilityTimeout: 0, // they stay to be seen by the operator
        }),
      );
      deadLetters.push(...Messages.map(({ Body }) => String(Body)));
    }
    sqs.destroy();
    const items = await table.items();
    const pages = await allPages(latchkey, items);
    const records = items.filter(({ sk }) => sk.startsWith('webhook#')) as unknown as WebhookRecord[];
    const commandLine = await seenOnCommandLine(folder, records);
    const passwordOf = (contact: string) => academy?.contacts.get(contact)?.fields['7'] ?? '';
    return {
      canaries: {
        ...{ 'a handshake': HANDSHAKES.academy, 'a wrong handshake': WRONG_HANDSHAKE },
        ...{ 'a token of a CRM': academy?.credentials.token ?? '' },
        ...{
          'a token in a broken parameter': BROKEN_TOKEN,
          'a default password': DEFAULT_PASSWORD,
          'an adopted password': ADOPTED_PASSWORD,
          'a secret in a foreign message': FOREIGN_SECRET,
          'a handshake of a site that relays': HANDSHAKES.relayed,
          'a secret of a plugin': PLUGIN_SECRET,
        },
        'a generated password': passwordOf(generated.contactId),
        'a generated password that the CRM quoted':
          quoting.passwords().find((each) => each !== DEFAULT_PASSWORD) ?? '',
        ...{
          'an e-mail address': PERSON.email.split('@')[0] ?? '',
          'a first name': PERSON.firstName,
          'a last name': PERSON.lastName,
        },
      },
      places: {
        lines: latchkey.lines,
        messages: sentMessages(sqsProxy).map(({ MessageBody }) => MessageBody),
        deadLetters,
        answers,
        pages,
        commandLine,
      },
      items,
    };
  } finally {
    table.close();
    await latchkey.stop();
    await Promise.all([quoting.close(), sqsProxy.close()]);
    await rm(folder, { recursive: true });
  }
}
