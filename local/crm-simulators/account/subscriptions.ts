import type { Source } from './records.ts';

/** An event webhook as the account knows it: where it posts, and which changes it tells of. */
export type Subscription = {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** In the CRM's own words. */
  readonly events: readonly string[];
  /** Who must have made a change; anybody when absent. */
  readonly sources?: readonly Source[] | undefined;
  /** Only active ones are posted; a 410 makes one inactive for good. */
  readonly status: SubscriptionStatus;
  readonly createdAt: number;
};

export type SubscriptionStatus = 'active' | 'unverified' | 'inactive';

export type SavedSubscriptions = { all: Subscription[]; lastId: number };

/** The event webhooks of an account, by id. Records are replaced, never changed. */
export class Subscriptions {
  readonly #byId = new Map<string, Subscription>();
  readonly #now: () => number;
  readonly #written: () => void;
  #lastId: number;

  /** @param written is called after every change. */
  constructor(now: () => number, saved: SavedSubscriptions | undefined, written: () => void) {
    this.#now = now;
    this.#written = written;
    this.#lastId = saved?.lastId ?? 0;
    for (const subscription of saved?.all ?? []) this.#byId.set(subscription.id, subscription);
  }

  all(): Subscription[] {
    return [...this.#byId.values()];
  }

  get(id: string): Subscription | undefined {
    return this.#byId.get(id);
  }

  add(subscription: Omit<Subscription, 'id' | 'createdAt'>): Subscription {
    this.#lastId += 1;
    return this.#store({ ...subscription, id: String(this.#lastId), createdAt: this.#now() });
  }

  /** Replaces what `changes` names. One that was removed meanwhile stays removed. */
  update(id: string, changes: Partial<Omit<Subscription, 'id' | 'createdAt'>>): Subscription | undefined {
    const subscription = this.get(id);
    return subscription && this.#store({ ...subscription, ...changes });
  }

  remove(id: string): void {
    this.#byId.delete(id);
    this.#written();
  }

  toJSON(): SavedSubscriptions {
    return { all: this.all(), lastId: this.#lastId };
  }

  #store(subscription: Subscription): Subscription {
    this.#byId.set(subscription.id, subscription);
    this.#written();
    return subscription;
  }
}
