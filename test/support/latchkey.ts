import { resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Member } from '../../functions/store/members.ts';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import { loadConfig } from '../../lib/config.ts';
import { clientOptions } from '../../local/endpoints.ts';
import { messagesIn } from '../../local/messages-in.ts';
import { type Product, type ProductOptions, startProduct } from '../../local/product.ts';
import { startBackEnd } from './back-end.ts';
import { startFromSource } from './from-source.ts';
import { HANDSHAKES } from './latchkey.config.ts';

/** A site of the test config. */
export type TestSite = keyof typeof HANDSHAKES;

type ManagedContact = Record<string, unknown> & { tags?: Set<string> };

/** Latchkey on this machine, with what tests ask of it. */
export type TestLatchkey = Product & {
  /** Every line the functions wrote so far. */
  lines: string[];
  /** Posts a webhook in the shape that customers paste into their CRM. */
  post(
    site: TestSite,
    command: string,
    body: Record<string, string> | URLSearchParams | string,
  ): Promise<Response>;
  /** Posts a webhook that must be accepted, and gives its id. */
  send(site: TestSite, command: string, body: Record<string, string>): Promise<string>;
  record(site: TestSite, contactId: string, id: string): Promise<WebhookRecord | undefined>;
  records(site: TestSite, contactId: string): Promise<WebhookRecord[]>;
  member(site: TestSite, contactId: string): Promise<Partial<Member> | undefined>;
  flag(site: TestSite, contactId: string): Promise<Record<string, unknown> | undefined>;
  /** The item of a contact that is in no CRM. */
  managedContact(site: TestSite, contactId: string): Promise<ManagedContact | undefined>;
  /** Messages of a queue by construct name: visible, delayed and in flight together. */
  messagesIn(queue: string): Promise<number>;
  /** Waits until the webhook's record is in this state. */
  until(site: TestSite, contactId: string, id: string, state: WebhookRecord['state']): Promise<WebhookRecord>;
};

/**
 * Starts Latchkey with the test sites, from the bundles that global-setup made, in memory. Batches are
 * not collected for long; nothing is swept, and no payment provider tells anything, unless a test wants it.
 */
export async function startTestLatchkey(options: Partial<ProductOptions> = {}): Promise<TestLatchkey> {
  const assembly = process.env.TEST_ASSEMBLY;
  if (!assembly) throw new Error('global-setup has not run');
  const config = await loadConfig(resolve(import.meta.dirname, 'latchkey.config.ts'));
  const lines: string[] = [];
  const backEnd = await startBackEnd();
  const product = await startProduct({
    config,
    assembly,
    servers: backEnd.servers,
    schedules: false,
    paymentEvents: false,
    batchWindowSeconds: 0.2,
    onLog: (_, line) => lines.push(line),
    startEnvironment: startFromSource,
    ...options,
  }).catch(async (cause) => {
    await backEnd.stop();
    throw cause;
  });
  const { cloud } = product;
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions(cloud.endpoints.dynamodb)));
  const sqs = new SQSClient(clientOptions(cloud.endpoints.sqs));
  const get = async (pk: string, sk: string) =>
    (await table.send(new GetCommand({ TableName: cloud.tableName, Key: { pk, sk }, ConsistentRead: true })))
      .Item;

  const post: TestLatchkey['post'] = (site, command, body) =>
    fetch(`${cloud.url}/?${command}=${HANDSHAKES[site]}`, {
      method: 'POST',
      body: typeof body === 'string' ? body : new URLSearchParams(body),
    });
  const record: TestLatchkey['record'] = async (site, contactId, id) =>
    (await get(`${site}#${contactId}`, `webhook#${id}`)) as WebhookRecord | undefined;

  return {
    ...product,
    lines,
    post,
    send: async (site, command, body) => {
      const response = await post(site, command, body);
      const answer = (await response.json()) as { webhook: string };
      if (response.status !== 200) throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
      return answer.webhook;
    },
    record,
    records: async (site, contactId) => {
      const { Items = [] } = await table.send(
        new QueryCommand({
          TableName: cloud.tableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :webhook)',
          ExpressionAttributeValues: { ':pk': `${site}#${contactId}`, ':webhook': 'webhook#' },
          ConsistentRead: true,
        }),
      );
      return Items as WebhookRecord[];
    },
    member: async (site, contactId) =>
      (await get(`${site}#${contactId}`, 'member')) as Partial<Member> | undefined,
    flag: (site, contactId) => get(`${site}#${contactId}`, 'flag'),
    managedContact: (site, contactId) => get(`${site}#${contactId}`, 'contact'),
    messagesIn: (queue) => messagesIn(sqs, cloud.queues[queue] ?? ''),
    until: (site, contactId, id, state) =>
      eventually(async () => {
        const found = await record(site, contactId, id);
        if (found?.state !== state)
          throw new Error(`${id} is ${found?.state ?? 'not recorded'}: ${found?.reason}`);
        return found;
      }),
    stop: async () => {
      table.destroy();
      sqs.destroy();
      await product.stop();
      await backEnd.stop();
    },
  };
}

/** Long enough for a busy machine; a second back end may be that much slower. */
const WITHIN_MS = process.env.TEST_BACK_END ? 60_000 : 30_000;
const POLL_MS = 25;
/** A look that takes long is taken less often, or it would keep a slow back end from what is waited for. */
const REST_PER_LOOK = 4;

/** Tries until it holds: gives what `look` gives as soon as it does not throw; in the end throws its error. */
export async function eventually<T>(look: () => Promise<T>, withinMs = WITHIN_MS): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const begun = Date.now();
    try {
      return await look();
    } catch (error) {
      if (Date.now() > end) throw error;
      const restMs = Math.max(POLL_MS, REST_PER_LOOK * (Date.now() - begun));
      await new Promise((resolve) => setTimeout(resolve, restMs));
    }
  }
}
