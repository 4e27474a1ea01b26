import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type Delivery, postWebhook, type WebhookBody } from '../webhook-sender.ts';
import { type WebhookCounts, WebhookTally } from '../webhook-tally.ts';
import type { Account } from './account.ts';
import { tagOf } from './contacts-access.ts';
import type { Change, Contact, Occurrence, Source } from './records.ts';
import type { Sender } from './sender.ts';
import type { Subscription } from './subscriptions.ts';

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

type Occurrences = [Occurrence, ...Occurrence[]];

/** The side of a CRM that sends: automations and event webhooks. */
export class Automation {
  readonly #account: Account;
  readonly #sender: Sender;
  readonly #all = new WebhookTally();
  /** Addresses of automations' webhooks that answered 410. */
  readonly #switchedOff = new Set<string>();
  /** Event webhooks that wait for their first attempt, by subscription and event. */
  readonly #collected = new Map<string, Occurrences>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(account: Account, sender: Sender) {
    this.#account = account;
    this.#sender = sender;
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
        const body = this.#sender.automationBody(this.#contact(id), run.seriesId ?? SERIES_ID);
        await this.#track(this.#postUnlessOff(run.url, body, tally));
        run.onProgress?.({ ...tally.running, contacts: contacts.length });
      }
    };
    await Promise.all(
      Array.from({ length: Math.min(run.concurrency ?? contacts.length, contacts.length) }, work),
    );
    return { ...tally.counts(), contactIds };
  }

  /**
   * Posts event webhooks for contacts, whether or not anything changed: one for each, or for as many as the
   * CRM puts into one. Each is tried once.
   * @param event.type the event in the CRM's words
   */
  async postEvent(event: {
    type: string;
    contactIds: string[];
    url: string;
    tag?: string;
    source?: Source;
  }): Promise<WebhookCounts> {
    const { type, url, source = 'admin' } = event;
    const tally = new WebhookTally();
    const tag = event.tag === undefined ? {} : { tag: tagOf(this.#account, event.tag) };
    const occurrences = event.contactIds.map((id) => ({ contact: this.#contact(id), source, ...tag }));
    const posts = inGroups(occurrences, this.#sender.occurrencesPerWebhook).map((group) =>
      this.#track(this.#postUnlessOff(url, this.#sender.eventBody(type, group), tally)),
    );
    await Promise.all(posts);
    return tally.counts();
  }

  /**
   * Sets up an event webhook: from now on every matching change posts it, whoever made it, the API's
   * client included (the loop that makes a plugin erase its own tags). Bulk imports fire nothing.
   */
  subscribe({ name = '', ...rest }: Pick<Subscription, 'url' | 'events' | 'sources'> & { name?: string }) {
    return this.#account.subscriptions.add({ ...rest, name, status: 'active' });
  }

  /** Takes an event webhook out of the account, as its owner can. */
  unsubscribe(id: string): void {
    this.#account.subscriptions.remove(id);
  }

  /** The account's event webhooks, however they were set up; a 410 has made a webhook `inactive`. */
  get subscriptions(): Subscription[] {
    return this.#account.subscriptions.all();
  }

  /**
   * Asks a subscription's address to confirm it, as Keap does: a POST without a body, with a secret in the
   * header X-Hook-Secret. Answered 200 with the same header, the subscription is active.
   * @returns the secret, with which its owner can confirm later in another way.
   */
  async verify(subscription: Subscription): Promise<string> {
    const secret = randomUUID();
    const { timeoutMs } = this.#sender;
    const options = { timeoutMs, stop: this.#stop.signal, headers: { 'X-Hook-Secret': secret } };
    const delivery = await postWebhook(subscription.url, undefined, options);
    if ('status' in delivery && delivery.status === 200 && delivery.headers['x-hook-secret'] === secret)
      this.#account.subscriptions.update(subscription.id, { status: 'active' });
    return secret;
  }

  /** Whether a 410 has switched off the webhooks to this address, which they stay until `switchOn`. */
  isSwitchedOff(url: string): boolean {
    return this.#switchedOff.has(url) || this.#inactive(url).length > 0;
  }

  /** What an administrator does by hand in the CRM. */
  switchOn(url: string): void {
    this.#switchedOff.delete(url);
    for (const { id } of this.#inactive(url)) this.#account.subscriptions.update(id, { status: 'active' });
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
    const event = this.#sender.eventOf(change);
    if (event === undefined || change.source === 'import') return;
    for (const { id, status, events, sources } of this.#account.subscriptions.all()) {
      const matches = events.includes(event) && sources?.includes(change.source) !== false;
      if (matches && status !== 'unverified') this.#collect(id, event, change);
    }
  }

  #collect(subscriptionId: string, event: string, occurrence: Occurrence): void {
    const key = `${subscriptionId} ${event}`;
    const collected = this.#collected.get(key);
    if (collected && collected.length < this.#sender.occurrencesPerWebhook) {
      collected.push(occurrence);
      return;
    }
    const occurrences: Occurrences = [occurrence];
    this.#collected.set(key, occurrences);
    const body = (): WebhookBody => {
      if (this.#collected.get(key) === occurrences) this.#collected.delete(key);
      return this.#sender.eventBody(event, occurrences);
    };
    void this.#track(this.#deliver(subscriptionId, body)); // never rejects; `idle` waits for it
  }

  /**
   * Posts to a subscription until it is accepted, as often as the CRM tries.
   * @param content gives the body; asked for once, when the time of the first attempt has come.
   */
  async #deliver(subscriptionId: string, content: () => WebhookBody): Promise<void> {
    let body: { content: WebhookBody } | undefined;
    for (const delayMs of this.#sender.eventDelaysMs) {
      await this.#wait(delayMs);
      body ??= { content: content() };
      const subscription = this.#account.subscriptions.get(subscriptionId);
      if (subscription === undefined || this.#stop.signal.aborted) return;
      if (subscription.status !== 'active') {
        this.#all.skip();
        return;
      }
      const delivery = await this.#post(subscription.url, body.content, [this.#all]);
      if (isAccepted(delivery)) return;
      if (isGone(delivery)) {
        this.#switchOff(subscriptionId);
        return;
      }
    }
    if (this.#sender.lastFailureSwitchesOff) this.#switchOff(subscriptionId);
  }

  #switchOff(subscriptionId: string): void {
    this.#account.subscriptions.update(subscriptionId, { status: 'inactive' });
  }

  /** Waits by the wall, and not any longer when the simulator ends. */
  async #wait(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.#stop.signal }).catch(() => {}); // its only error is that end
  }

  async #postUnlessOff(url: string, body: WebhookBody, tally: WebhookTally): Promise<void> {
    if (this.#switchedOff.has(url)) {
      for (const each of [tally, this.#all]) each.skip();
      return;
    }
    if (isGone(await this.#post(url, body, [tally, this.#all]))) this.#switchedOff.add(url);
  }

  async #post(url: string, body: WebhookBody, tallies: WebhookTally[]): Promise<Delivery> {
    const { timeoutMs } = this.#sender;
    const delivery = await postWebhook(url, body, { timeoutMs, stop: this.#stop.signal });
    for (const each of tallies) each.add(delivery);
    return delivery;
  }

  #track(sending: Promise<void>): Promise<void> {
    const tracked = sending.finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
    return tracked;
  }

  #inactive(url: string): Subscription[] {
    return this.subscriptions.filter((each) => each.url === url && each.status === 'inactive');
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

const isGone = (delivery: Delivery): boolean => 'status' in delivery && delivery.status === 410;
/** What Keap, the only one here that tries again, takes for an answer: redirects too, though none is followed. */
const isAccepted = (delivery: Delivery): boolean =>
  'status' in delivery && delivery.status >= 200 && delivery.status < 400;

function inGroups(all: readonly Occurrence[], most: number): Occurrences[] {
  const groups: Occurrences[] = [];
  for (const occurrence of all) {
    const last = groups.at(-1);
    if (last && last.length < most) last.push(occurrence);
    else groups.push([occurrence]);
  }
  return groups;
}
