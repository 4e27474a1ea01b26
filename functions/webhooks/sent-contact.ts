import type { ContactData } from '../crm/crm.ts';
import type { ManagedSettings } from '../crm/managed/definition.ts';
import type { Complaint } from '../http/problem.ts';
import { type Body, MAX_BODY_BYTES } from './body.ts';
import { allNamed, type Named } from './values.ts';

const MAX_TAGS = 200;
const MAX_VALUE_LENGTH = 10_000; // characters

/** What a body says of its contact, if anything, and what is wrong with it. */
export type SentContact = { contact?: ContactData; complaints: Complaint[] };

/**
 * Reads what the body of a webhook says of a managed contact. An empty value empties what was there before;
 * but an empty e-mail address and an empty password say nothing, since no sender means to take those away.
 */
export function readSentContact(body: Body, { keys, passwordField }: ManagedSettings): SentContact {
  const complaints: Complaint[] = [];
  const complain = (at: string, problem: string) => complaints.push({ at, problem });
  const named = allNamed(body);
  const text = (name: string): string | undefined => {
    const [value] = named(name);
    if (value === undefined) return undefined;
    const said = asText(value);
    if (said === undefined) complain(name, 'must be text');
    else if (said.length > MAX_VALUE_LENGTH) complain(name, TOO_LONG);
    return said;
  };

  const email = text(keys.email) || undefined;
  if (email !== undefined && !isEmail(email)) complain(keys.email, 'must be an e-mail address');
  const fields = Object.entries(keys.fields)
    .map(([field, name]) => [field, text(name)] as const)
    .filter(([field, value]) => value !== undefined && (value !== '' || field !== passwordField));
  const tags = readTags(named, keys.tags, complain);
  const said = {
    email,
    firstName: text(keys.firstName),
    lastName: text(keys.lastName),
    phone: text(keys.phone),
    fields: fields.length > 0 ? Object.fromEntries(fields) : undefined,
    tags,
  };
  const contact: ContactData = Object.fromEntries(
    Object.entries(said).filter(([, value]) => value !== undefined),
  );
  // Bytes that are no text become three each, and control characters six in a message: more than DynamoDB and SQS take.
  if (Buffer.byteLength(JSON.stringify(contact)) > MAX_BODY_BYTES)
    complain('contact', `what is said of it may take ${MAX_BODY_BYTES / 1024} kB at most, as JSON`);
  return { complaints, ...(Object.keys(contact).length > 0 && { contact }) };
}

/** Nothing but what is text to everybody: an object of JSON may bring a `toString` of its own. */
const asText = (value: unknown): string | undefined =>
  ['string', 'number', 'boolean'].includes(typeof value) ? String(value).trim().toWellFormed() : undefined;

const TOO_LONG = `may be ${MAX_VALUE_LENGTH} characters long at most`;

/** A mistake in a form or a mapping; whether anybody reads mail there is not for us to find out. */
const isEmail = (text: string): boolean =>
  text.length <= 254 && /^[^\s@]{1,64}@[^\s@]+\.[^\s@.]+$/.test(text);

/** The tags: a list, or text separated by commas; undefined where nothing is said of them. */
function readTags(
  named: Named,
  name: string,
  complain: (at: string, problem: string) => void,
): string[] | undefined {
  const found = named(name);
  if (found.length === 0) return undefined;
  const listed = found.flatMap((value) => (typeof value === 'string' ? value.split(',') : value)).map(asText);
  if (listed.includes(undefined)) {
    complain(name, 'must be a list of tags, or text that separates them by commas');
  }
  const tags = [...new Set(listed.filter((tag) => tag !== undefined && tag !== ''))] as string[];
  if (tags.length > MAX_TAGS) complain(name, `${tags.length} tags; ${MAX_TAGS} at most`);
  if (tags.some((tag) => tag.length > MAX_VALUE_LENGTH)) complain(name, `each ${TOO_LONG}`);
  return tags;
}
