import { postForm } from '../webhook-sender.ts';
import { type WebhookCounts, WebhookTally } from '../webhook-tally.ts';
import type { Account } from './account.ts';
import { tagOf } from './contacts-access.ts';
import type { Change, Contact, EventType, Source } from './records.ts';
import { automationBody, eventBody } from './webhook-body.ts';

/** The automation that `seriesid` names unless the caller says another. */
const SERIES_ID = '22';

/** A run of an automation: whom it tags and where it posts. */
export type TagAndPost = {
  /** Contacts by id, or the first `count` that are not deleted. */
  contactIds?: string[];
  count?: number;
  /** A tag by its id or name; a new name is a new tag. */
  tag: string;
  /** The webhook's address, the handshake in it. */
  url: string;
  /** Webhooks under way at once; all of them unless told. */
  concurrency?: number;
  seriesId?: string;
  /** Called after each webhook. */
  onProgress?: (progress: Progress) => void;
};

/** A run's running counts. */
export type Progress = Pick<WebhookCounts, 'posted' | 'answered' | 'failed' | 'skipped'> & {
  contacts: number;
};

/** A run's result: the contacts it tagged and how their webhooks ended. */
export type RunResult = WebhookCounts & { contactIds: string[] };

/** An event webhook: where it posts, and which changes it tells of. */
export type Subscription = { url: string; events: EventType[]; sources?: Source[] };

/** The side of ActiveCampaign that sends: automations and event webhooks. No webhook is ever sent twice. */
export class Automation {
  readonly #account: Account;
  readonly #timeoutMs: number;
  readonly #all = new WebhookTally();
  readonly #switchedOff = new Set<string>();
  readonly #subscriptions: Subscription[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  /** @param timeoutMs that an answer is waited for; ActiveCampaign listens for 5 seconds. */
  constructor(account: Account, timeoutMs: number) {
    this.#account = account;
    this.#timeoutMs = timeoutMs;
    account.onChange((change) => this.#tell(change));
  }

  /** The counts of every webhook since the start. */
  get counts(): WebhookCounts {
    return this.#all.counts();
  }

  /**
   * Tags the contacts and posts the webhook for each, as an automation does that starts when a tag is
   * added. A contact is tagged before its webhook leaves. Resolves when the last one ended; a webhook
   * that fails is a count, not an error. Throws on a contact that does not exist.
   */
  async tagAndPost(run: TagAndPost): Promise<RunResult> {
    const contactIds = run.contactIds ?? this.#firstContacts(run.count ?? 0);
    const contacts = contactIds.map((id) => this.#contact(id));
    const tag = tagOf(this.#account, run.tag);
    const tally = new WebhookTally();
    const waiting = contacts.values();

    const work = async (): Promise<void> => {
      for (const { id } of waiting) {
        this.#account.addTag(this.#contact(id), tag, 'system');
        const body = automationBody(this.#contact(id), run.seriesId ?? SERIES_ID, this.#account.definitions);
        await this.#post(run.url, body, tally);
        run.onProgress?.({ ...tally.running, contacts: contacts.length });
      }
    };
    await Promise.all(
      Array.from({ length: Math.min(run.concurrency ?? contacts.length, contacts.length) }, work),
    );
    return { ...tally.counts(), contactIds };
  }

  /** Posts one event webhook for each contact, whether or not anything changed. */
  async postEvent(event: {
    type: EventType;
    contactIds: string[];
    url: string;
    tag?: string;
    source?: Source;
  }): Promise<WebhookCounts> {
    const { type, url, source = 'admin' } = event;
    const tally = new WebhookTally();
    await Promise.all(
      event.contactIds.map((id) => {
        const tag = event.tag === undefined ? {} : { tag: tagOf(this.#account, event.tag) };
        return this.#post(
          url,
          eventBody({ type, contact: this.#contact(id), source, ...tag }, this.#account.definitions),
          tally,
        );
      }),
    );
    return tally.counts();
  }

  /**
   * Sets up an event webhook: from now on every matching change posts it, whoever made it, the API's
   * client included (the loop that makes a plugin erase its own tags). Bulk imports fire nothing.
   */
  subscribe(subscription: Subscription): void {
    this.#subscriptions.push(subscription);
  }

  /** Whether a 410 has switched off the webhooks to this address, which they stay until `switchOn`. */
  isSwitchedOff(url: string): boolean {
    return this.#switchedOff.has(url);
  }

  /** What an administrator does by hand in the CRM. */
  switchOn(url: string): void {
    this.#switchedOff.delete(url);
  }

  /** Resolves when no webhook is under way. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Ends the webhooks that are under way; they count as failed. Later ones fail at once. */
  stop(): void {
    this.#stop.abort();
  }

  #tell(change: Change): void {
    if (change.source === 'import') return;
    for (const { url, events, sources } of this.#subscriptions) {
      if (!events.includes(change.type) || sources?.includes(change.source) === false) continue;
      void this.#post(url, eventBody(change, this.#account.definitions)); // never rejects; `idle` waits for it
    }
  }

  #post(url: string, body: URLSearchParams, tally?: WebhookTally): Promise<void> {
    const posting = this.#postOnce(url, body, tally).finally(() => this.#underWay.delete(posting));
    this.#underWay.add(posting);
    return posting;
  }

  async #postOnce(url: string, body: URLSearchParams, tally?: WebhookTally): Promise<void> {
    const tallies = tally ? [tally, this.#all] : [this.#all];
    if (this.#switchedOff.has(url)) {
      for (const each of tallies) each.skip();
      return;
    }
    const delivery = await postForm(url, body, this.#timeoutMs, this.#stop.signal);
    if ('status' in delivery && delivery.status === 410) this.#switchedOff.add(url);
    for (const each of tallies) each.add(delivery);
  }

  #firstContacts(count: number): string[] {
    const contacts = this.#account.contacts().filter((contact) => !contact.deleted);
    if (contacts.length < count)
      throw new Error(`the simulated account has ${contacts.length} contacts, not ${count}`);
    return contacts.slice(0, count).map((contact) => contact.id);
  }

  #contact(id: string): Contact {
    const contact = this.#account.contact(id);
    if (contact === undefined || contact.deleted)
      throw new Error(`the simulated account has no contact ${id}`);
    return contact;
  }
}
