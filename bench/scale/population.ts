import { encodeTime } from 'ulid';
import {
  emailIndexKey,
  flagKey,
  logKey,
  memberKey,
  pendingMembers,
  siteIndexKey,
  webhookKey,
} from '../../functions/store/keys.ts';
import type { Sample } from './sample.ts';
import type { Item } from './sqlite-table.ts';

/** Ids of its contacts begin here: all are as long, and no contact that is measured has one. */
const FIRST_CONTACT = 10_000_000;
/** So many members have their flag up: one in ten. */
const FLAGGED_EVERY = 10;
const DAYS = 25; // over which the records have come
const DAY_MS = 86_400_000;

/** The id of a contact of the population. */
export const contactOf = (n: number): string => String(FIRST_CONTACT + n);

/** So many members with their flags, and a record of a webhook for each. */
export function* population(site: string, count: number, sample: Sample): Generator<Item> {
  const now = Date.now();
  for (let n = 0; n < count; n++) {
    const contactId = contactOf(n);
    const at = now - DAYS * DAY_MS + Math.floor((n / count) * DAYS * DAY_MS);
    yield memberOf(site, contactId, sample);
    yield flagOf(site, contactId, sample, n % FLAGGED_EVERY === 0 ? new Date(at).toISOString() : undefined);
    yield recordOf(site, contactId, sample, { id: idOf(at, n), at });
  }
}

function memberOf(site: string, contactId: string, { member }: Sample): Item {
  const email = `person-${contactId}@example.com`;
  const keys = { emailKey: emailIndexKey(site, email), siteKey: siteIndexKey(site, contactId) };
  return { ...member, ...texts({ ...memberKey(site, contactId), contactId, email, ...keys }) };
}

function flagOf(site: string, contactId: string, { flag }: Sample, upSince: string | undefined): Item {
  const { pendingKey, pendingAt, ...down } = flag;
  const own = {
    ...down,
    ...texts(flagKey(site, contactId)),
    requestedVersion: { N: '2' },
    syncedVersion: { N: '2' },
  };
  if (upSince === undefined) return own;
  const pending = texts({ pendingKey: pendingMembers(site, contactId), pendingAt: upSince });
  return { ...own, ...pending, syncedVersion: { N: '1' } };
}

function recordOf(
  site: string,
  contactId: string,
  { record }: Sample,
  { id, at }: { id: string; at: number },
): Item {
  const receivedAt = new Date(at).toISOString();
  const key = webhookKey({ site, contactId, id });
  return { ...record, ...texts({ ...key, id, contactId, receivedAt, logKey: logKey(site, id) }) };
}

const texts = (values: Record<string, string>): Item =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { S: value }]));

const TIME_LENGTH = 10; // of the 26 characters of a ULID
const RANDOM_LENGTH = 16;
/** Of the digits to base 32, those that ULIDs have none of. */
const OTHER_DIGITS: Record<string, string> = { I: 'W', L: 'X', O: 'Y', U: 'Z' };

/** An id such as a webhook of that time has, spread as chance would, and the same in every run. */
function idOf(at: number, n: number): string {
  const digits = ((n + 1) * 2_654_435_761).toString(32).toUpperCase();
  const random = digits.replace(/[ILOU]/g, (digit) => OTHER_DIGITS[digit] ?? digit);
  return encodeTime(at, TIME_LENGTH) + random.padStart(RANDOM_LENGTH, '0');
}
