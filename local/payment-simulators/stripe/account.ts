import { newId, randomText } from './ids.ts';
import type { Event, Kind, Kinds, StripeObject } from './objects.ts';
import { missing } from './problem.ts';
import { represent } from './representation.ts';

/** How a request under an idempotency key ended. */
export type SavedReply = { fingerprint: string; status: number; body: unknown };

/** An account as it is written to a file. */
export type SavedAccount = {
  key: string;
  webhookSecret: string;
  objects: StripeObject[];
  declining: [customer: string, declineCode: string][];
  replies: [key: string, reply: SavedReply][];
  undelivered: Event[];
};

/** The API version of the events: that of the SDK that Latchkey has. */
const API_VERSION = '2026-10-28.endive';

/** The state of an account and the events of its changes. It knows no HTTP. */
export class StripeAccount {
  readonly key: string;
  readonly webhookSecret: string;
  /** Customers whose card is declined, and with which code. */
  readonly declining: Map<string, string>;
  readonly replies: Map<string, SavedReply>;
  /** Events on their way, by their ids. */
  readonly undelivered: Map<string, Event>;
  readonly #now: () => number;
  readonly #objects: Map<string, StripeObject>;
  #written: () => void = () => {};
  #told: (event: Event) => void = () => {};

  constructor(now: () => number, saved?: SavedAccount) {
    this.#now = now;
    this.key = saved?.key ?? `sk_test_${randomText(24)}`;
    this.webhookSecret = saved?.webhookSecret ?? `whsec_${randomText(32)}`;
    this.#objects = new Map(saved?.objects.map((object) => [object.id, object]));
    this.declining = new Map(saved?.declining);
    this.replies = new Map(saved?.replies);
    this.undelivered = new Map(saved?.undelivered.map((event) => [event.id, event]));
  }

  /** The simulator's time in seconds since 1970, as Stripe counts. */
  get time(): number {
    return Math.floor(this.#now() / 1000);
  }

  /** Calls the listener whenever the state is no longer the one that toJSON gave. */
  onWrite(listener: () => void): void {
    this.#written = listener;
  }

  /** Calls the listener with every event. */
  onEvent(listener: (event: Event) => void): void {
    this.#told = listener;
  }

  /** Says that something was changed otherwise than by {@link put}. */
  changed(): void {
    this.#written();
  }

  /** Whatever has this id. */
  anything(id: string): StripeObject | undefined {
    return this.#objects.get(id);
  }

  find<K extends Kind>(kind: K, id: string): Kinds[K] | undefined {
    const object = this.#objects.get(id);
    return object?.object === kind ? (object as Kinds[K]) : undefined;
  }

  /** @throws Problem 404 where there is none */
  get<K extends Kind>(kind: K, id: string): Kinds[K] {
    const object = this.find(kind, id);
    if (!object) throw missing(kind, id);
    return object;
  }

  /** All of a kind, newest first, as Stripe lists them. */
  all<K extends Kind>(kind: K): Kinds[K][] {
    const found = [...this.#objects.values()].filter((object) => object.object === kind) as Kinds[K][];
    return found.reverse().toSorted((a, b) => b.created - a.created);
  }

  /** Keeps an object as it is now, and tells of it. @param events what Stripe calls what happened to it */
  put<Item extends StripeObject>(object: Item, ...events: string[]): Item {
    this.#objects.set(object.id, object);
    this.#written();
    for (const type of events) {
      this.#told({
        id: newId('evt'),
        object: 'event',
        created: this.time,
        api_version: API_VERSION,
        data: { object: represent(this, object) },
        livemode: false,
        pending_webhooks: 1,
        request: { id: null, idempotency_key: null },
        type,
      });
    }
    return object;
  }

  toJSON(): SavedAccount {
    const { key, webhookSecret } = this;
    return {
      key,
      webhookSecret,
      objects: [...this.#objects.values()],
      declining: [...this.declining],
      replies: [...this.replies],
      undelivered: [...this.undelivered.values()],
    };
  }
}
