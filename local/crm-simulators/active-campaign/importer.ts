import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { Account } from '../account/account.ts';
import { idInput, isEmail } from '../input.ts';
import { RateLimitWindow } from '../rate-limit-window.ts';
import type { ApiAnswer } from '../router.ts';

/** The vendor's limits: contacts in a request, requests in a minute. */
const MAX_CONTACTS = 250;
const BATCHES_PER_MINUTE = 100;
/** And of the body; the words of the refusal are not documented. */
const MAX_BYTES = 400_000;

const importedContact = z.object({
  email: z.string(),
  first_name: z.optional(z.string()),
  last_name: z.optional(z.string()),
  phone: z.optional(z.string()),
  tags: z.optional(z.array(z.string())),
  fields: z.optional(z.array(z.object({ id: idInput, value: z.string() }))),
});
const importBody = z.object({
  contacts: z.array(importedContact).check(z.minLength(1), z.maxLength(MAX_CONTACTS)),
});

type ImportedContact = z.output<typeof importedContact>;
type Batch = {
  contacts: ImportedContact[];
  day: string;
  status: 'waiting' | 'completed';
  success: string[];
  failure: string[];
};

/**
 * The bulk importer: takes a batch at once and applies it later, by the order of arrival. Tags are
 * named, not numbered, and made when there is none of that name. It fires no webhooks. The batches
 * themselves live in memory only.
 */
export class Importer {
  readonly #account: Account;
  readonly #delayMs: number;
  readonly #window: RateLimitWindow;
  readonly #batches = new Map<string, Batch>();
  readonly #timers = new Set<NodeJS.Timeout>();

  /** @param delayMs (of the wall) until a batch is applied. */
  constructor(account: Account, delayMs: number) {
    this.#account = account;
    this.#delayMs = delayMs;
    this.#window = new RateLimitWindow(BATCHES_PER_MINUTE, 60_000, account.now);
  }

  /** Takes a batch, or refuses it whole: one contact that does not pass and nothing is queued. */
  queue(body: unknown): ApiAnswer {
    if (Buffer.byteLength(JSON.stringify(body) ?? '') > MAX_BYTES)
      return refused(['The payload is too large.']);
    const parsed = importBody.safeParse(body);
    if (!parsed.success)
      return refused(parsed.error.issues.map(({ path, message }) => reason(path, message)));
    const invalid = parsed.data.contacts.flatMap(({ email }, contact) =>
      isEmail(email) ? [] : [{ contact, failureReason: "Field 'email' incorrect format" }],
    );
    if (invalid.length > 0) return refused(invalid);
    if (!this.#window.admit().admitted) return tooManyImports;

    const batchId = randomUUID();
    const { contacts } = parsed.data;
    const day = new Date(this.#account.now()).toISOString().slice(0, 10);
    this.#batches.set(batchId, { contacts, day, status: 'waiting', success: [], failure: [] });
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#apply(batchId);
    }, this.#delayMs);
    this.#timers.add(timer);
    return {
      status: 200,
      body: { Success: 1, queued_contacts: contacts.length, batchId, message: 'Contact import queued' },
    };
  }

  /** The state of one batch: ids of the contacts that were made or updated, addresses of those that failed. */
  batch(id: string): Pick<Batch, 'status' | 'success' | 'failure'> | undefined {
    const batch = this.#batches.get(id);
    return batch && { status: batch.status, success: batch.success, failure: batch.failure };
  }

  /** Batches by day, waiting and done. */
  overview(): Record<
    'outstanding' | 'recentlyCompleted',
    { forDate: string; batches: string; contacts: string }[]
  > {
    const days = (status: Batch['status']) => {
      const batches = [...this.#batches.values()].filter((batch) => batch.status === status);
      return [...new Set(batches.map((batch) => batch.day))].map((forDate) => {
        const ofDay = batches.filter((batch) => batch.day === forDate);
        const contacts = ofDay.reduce((sum, batch) => sum + batch.contacts.length, 0);
        return { forDate, batches: String(ofDay.length), contacts: String(contacts) };
      });
    };
    return { outstanding: days('waiting'), recentlyCompleted: days('completed') };
  }

  /** Applies what still waits, at once. */
  finish(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    for (const id of this.#batches.keys()) this.#apply(id);
  }

  #apply(id: string): void {
    const batch = this.#batches.get(id);
    if (batch?.status !== 'waiting') return;
    for (const imported of batch.contacts) {
      if (imported.fields?.some((field) => !this.#account.definitions.fields.has(field.id)))
        batch.failure.push(imported.email);
      else batch.success.push(this.#import(imported));
    }
    batch.status = 'completed';
  }

  /** Makes or updates one contact and gives its id. */
  #import({ email, first_name, last_name, phone, tags = [], fields = [] }: ImportedContact): string {
    const account = this.#account;
    const input = {
      ...(first_name !== undefined && { firstName: first_name }),
      ...(last_name !== undefined && { lastName: last_name }),
      ...(phone !== undefined && { phone }),
      fields: Object.fromEntries(fields.map((field) => [field.id, field.value])),
    };
    const present = account.contactByEmail(email);
    let contact = present
      ? account.editContact(present, input, 'import')
      : account.addContact({ ...input, email }, 'import');
    for (const name of tags) {
      account.addTag(contact, account.definitions.tagNamed(name), 'import');
      contact = account.contact(contact.id) ?? contact;
    }
    return contact.id;
  }
}

const refused = (failureReasons: unknown[]): ApiAnswer => ({
  status: 400,
  body: {
    success: 0,
    message:
      'JSON payload did not pass validation. Please fix failure Reasons and retry. The import was not queued for processing.',
    failureReasons,
  },
});

const tooManyImports: ApiAnswer = {
  status: 400,
  body: {
    success: 0,
    message: 'Rate limit exceeded.',
    failureReasons: [
      `Up to ${BATCHES_PER_MINUTE} imports may be requested per minute. Please batch contacts into larger requests, or retry this request in a minute.`,
    ],
  },
};

/** A problem in the vendor's words: the contact's place in the array and what is wrong. */
const reason = (path: PropertyKey[], message: string) => ({
  ...(typeof path[1] === 'number' && { contact: path[1] }),
  failureReason: `Field '${String(path.at(-1) ?? 'contacts')}': ${message}`,
});
