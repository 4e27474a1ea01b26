import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { encodeTime } from 'ulid';
import type { Definition } from '../commands/definition.ts';
import { dynamo } from '../platform/aws.ts';
import { allLogKeys, contactPk, logKey, webhookKey, webhookSk } from './keys.ts';
import { inTable, readItem, readItems } from './table.ts';
import { FOUND_BY_TIME, TROUBLE, type WebhookRecord, type WebhookState } from './webhooks.ts';

/** Which webhooks of a site are asked for, newest first. */
export type LogQuery = {
  site: string;
  contactId?: string;
  /** How it is handled tells where its webhooks are found. */
  command?: Pick<Definition, 'name' | 'handling'>;
  outcome?: WebhookState;
  /** ISO times: not before, and before. */
  since?: string;
  until: string;
  /** Where the page before ended: only webhooks that are older than this one. */
  after?: string;
  /** Webhooks on a page, 100 at most. */
  limit: number;
};

/**
 * A page of the log. `next` leads on, and is missing at the end. A page may hold fewer than were asked for and still
 * lead on: where few records match, one page looks no further back than a person waits for.
 */
export type LogPage = { records: WebhookRecord[]; next?: string };

const MOST_LOOKED_AT = 2_000; // records for one page: 20 batch reads

/**
 * Reads a page of a site's webhooks, newest first. The most telling of what is asked for chooses the index; the rest
 * is compared with the records. What is dated later than `until`, as jobs for a coming date are, is left out.
 */
export async function readLog(query: LogQuery): Promise<LogPage> {
  const records: WebhookRecord[] = [];
  let after = query.after;
  for (let looked = 0; looked < MOST_LOOKED_AT; ) {
    const found = await nextKeys(query, after);
    if (found.length === 0) return { records };
    looked += found.length;
    for (const record of await readNewestFirst(found)) {
      after = record.id;
      if (matches(record, query)) records.push(record);
      if (records.length === query.limit) return { records, next: record.id };
    }
    after = found.at(-1)?.id;
  }
  return { records, ...(after !== undefined && { next: after }) };
}

/** Reads one webhook's record by its contact and id. */
export const readRecord = (site: string, contactId: string, id: string): Promise<WebhookRecord | undefined> =>
  readItem<WebhookRecord>(webhookKey({ site, contactId, id }));

/**
 * Finds a webhook's record by its id alone, in some sites: an id is all that a log line or an answer shows.
 * @returns undefined where none of them has it, or the index has not got it yet
 */
export async function findRecord(sites: readonly string[], id: string): Promise<WebhookRecord | undefined> {
  const sources = sites.map((site) => ({ index: 'log' as const, key: logKey(site, id) }));
  const found = await Promise.all(sources.map((source) => queryKeys(source, { first: id, last: id }, 1)));
  const [key] = found.flat();
  return key && readItem<WebhookRecord>({ pk: key.pk, sk: key.sk });
}

/**
 * Reads the webhooks that one has started: one for each contact that it speaks for, or for each person of a team.
 * Their ids begin with its own.
 * @param limit how many at most, of however many there are
 */
export async function readChildren(site: string, id: string, limit: number): Promise<WebhookRecord[]> {
  const range = { first: `${id}-`, last: `${id}-${AFTER_ANY_ID}` };
  const sources = allLogKeys(site).map((key) => ({ index: 'log' as const, key }));
  const found = await Promise.all(sources.map((source) => queryKeys(source, range, limit)));
  return readNewestFirst(found.flat().sort(newestFirst).slice(0, limit));
}

const AFTER_ANY_ID = '~';

type Key = { pk: string; sk: string; id: string };

/** The keys of the next records to look at, newest first, from all shards of an index together. */
async function nextKeys(query: LogQuery, after: string | undefined): Promise<Key[]> {
  const range = rangeOf(query, after);
  if (range.first > range.last) return []; // which DynamoDB takes for a mistake
  // One more than a page: where the page before ended is among them, in one of the shards.
  const found = await Promise.all(sourcesOf(query).map((source) => queryKeys(source, range, PAGE + 1)));
  return found
    .flat()
    .filter(({ id }) => id !== after)
    .sort(newestFirst)
    .slice(0, PAGE);
}

const PAGE = 100; // BatchGetItem takes no more

/** Where to look: a contact's partition, or all shards of the index that knows most of what is asked for. */
function sourcesOf({ site, contactId, command, outcome }: LogQuery): Source[] {
  if (contactId !== undefined) return [{ key: contactPk(site, contactId) }];
  const shards = (index: LogIndex, part?: string) => allLogKeys(site, part).map((key) => ({ index, key }));
  if (outcome !== undefined && TROUBLE.includes(outcome)) return shards('log-by-outcome', outcome);
  if (command && (command.handling !== 'flag' || (outcome !== undefined && !FOUND_BY_TIME.includes(outcome))))
    return shards('log-by-command', command.name);
  return shards('log');
}

/** The attributes that the indexes have for a partition key. */
const KEY_OF = { log: 'logKey', 'log-by-command': 'commandKey', 'log-by-outcome': 'outcomeKey' };
type LogIndex = keyof typeof KEY_OF;

/** A partition of an index, or of the table itself. */
type Source = { index?: LogIndex; key: string };

/** The ids that are looked at, both ends included. */
type Range = { first: string; last: string };

const FIRST_ID = '0';

function rangeOf({ since, until }: LogQuery, after: string | undefined): Range {
  const end = idAt(until);
  return { first: since ? idAt(since) : FIRST_ID, last: after !== undefined && after < end ? after : end };
}

const TIME_LENGTH = 10; // of the 26 characters of a ULID

/** What the ids of a time begin with: those of earlier times are less, all others greater. */
const idAt = (iso: string): string => encodeTime(Date.parse(iso), TIME_LENGTH);

async function queryKeys({ index, key }: Source, { first, last }: Range, Limit: number): Promise<Key[]> {
  const toSk = index ? (id: string) => id : webhookSk;
  const { Items = [] } = await dynamo.send(
    new QueryCommand({
      ...inTable(),
      ...(index && { IndexName: index }),
      KeyConditionExpression: '#key = :key AND #id BETWEEN :first AND :last',
      ExpressionAttributeNames: { '#key': index ? KEY_OF[index] : 'pk', '#id': index ? 'id' : 'sk' },
      ExpressionAttributeValues: { ':key': key, ':first': toSk(first), ':last': toSk(last) },
      ...(!index && { ProjectionExpression: 'pk, sk, id' }),
      ScanIndexForward: false,
      Limit,
    }),
  );
  return Items as Key[];
}

/** The records as they are now, which an index does not show. */
async function readNewestFirst(keys: Key[]): Promise<WebhookRecord[]> {
  const records = (await readItems(keys.map(({ pk, sk }) => ({ pk, sk })))) as WebhookRecord[];
  return records.sort(newestFirst);
}

const newestFirst = (one: { id: string }, other: { id: string }): number => (one.id < other.id ? 1 : -1);

const matches = (record: WebhookRecord, { command, outcome }: LogQuery): boolean =>
  (command === undefined || record.command === command.name) &&
  (outcome === undefined || record.state === outcome);
