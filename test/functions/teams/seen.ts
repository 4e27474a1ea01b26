import type { WebhookRecord } from '../../../functions/store/webhooks.ts';
import type { Item } from '../../support/table-access.ts';

/** What lies in the table. */
export class Seen {
  readonly records: WebhookRecord[];
  readonly #prefix: string;
  readonly #contacts: readonly string[];
  readonly #partitions: readonly Item[][];
  readonly #teamItems: readonly Item[];

  constructor(
    prefix: string,
    contacts: readonly string[],
    partitions: readonly Item[][],
    teamItems: readonly Item[],
  ) {
    this.#prefix = prefix;
    this.#contacts = contacts;
    this.#partitions = partitions;
    this.#teamItems = teamItems;
    this.records = partitions
      .flat()
      .filter(({ sk }) => sk.startsWith('webhook#')) as unknown as WebhookRecord[];
  }

  /** The jobs that are not final, oldest first. */
  get waiting(): WebhookRecord[] {
    return this.records.filter(({ state }) => state === 'queued').toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** The state of a webhook's record. */
  stateOf(webhook: { id: string }): string | undefined {
    return this.records.find(({ id }) => id === webhook.id)?.state;
  }

  /** What the model says of the same contacts: the CRM's side of it. */
  get contacts() {
    return this.#perContact((items) => {
      const crm = itemOf(items, 'contact');
      return { team: this.#teamOf(items), tags: sorted(crm?.tags), points: Number(crm?.['field:points']) };
    });
  }

  /** Copies that differ from the CRM: there must be none. */
  get staleCopies(): string[] {
    return this.#contacts.filter((_, index) => {
      const items = this.#partitions[index] ?? [];
      const [crm, copy] = [itemOf(items, 'contact'), itemOf(items, 'member')];
      if (!copy?.pulledAt) return false;
      const { points } = (copy.fields ?? {}) as Record<string, string>;
      return sorted(copy.tags).join() !== sorted(crm?.tags).join() || points !== crm?.['field:points'];
    });
  }

  /** What must never be, whatever happened: promises 3 and 6. */
  get broken(): string[] {
    const broken: string[] = [];
    const places = this.#partitions.flat().filter(({ sk }) => sk.startsWith('place#'));
    for (const { pk, used, seats, leader } of this.#teamItems.filter(({ sk }) => sk === 'team')) {
      const people = this.#teamItems.filter((item) => item.pk === pk && item.sk.startsWith('person#'));
      const its = places.filter(({ team }) => pk.endsWith(`#${team}`));
      const members = its.filter(({ role }) => role === 'member');
      const leaders = its.filter(({ role }) => role === 'leader');
      if (Number(used) < 0 || Number(used) > Number(seats))
        broken.push(`${used} of ${seats} seats are in use`);
      if (people.length !== used || members.length !== used)
        broken.push(`${used} in use, ${people.length} people, ${members.length} places`);
      if (leaders.length !== 1 || !leaders[0]?.pk.endsWith(`#${leader}`)) broken.push(`not led by ${leader}`);
    }
    for (const { pk, team } of places) {
      if (!this.#teamItems.some((item) => item.sk === 'team' && item.pk.endsWith(`#${team}`)))
        broken.push(`${pk} has a place in a team that is gone`);
    }
    for (const { id, state, plan, heldBy } of this.records) {
      if (state === 'queued' || plan !== undefined || heldBy !== undefined) broken.push(`${id} is not over`);
    }
    return broken;
  }

  #teamOf(items: readonly Item[]) {
    const place = items.find(({ sk }) => sk.startsWith('place#'));
    if (!place) return undefined;
    const its = this.#teamItems.filter(({ pk }) => pk.endsWith(`#${place.team}`));
    const team = itemOf(its, 'team');
    const members = its
      .filter(({ sk }) => sk.startsWith('person#'))
      .map(({ contactId }) => String(contactId));
    return {
      ...{ role: place.role, leader: this.#name(String(team?.leader)), seats: team?.seats },
      members: members.map((member) => this.#name(member)).sort(),
    };
  }

  #perContact<T>(of: (items: readonly Item[]) => T): Record<string, T> {
    return Object.fromEntries(
      this.#contacts.map((contact, index) => [contact, of(this.#partitions[index] ?? [])]),
    );
  }

  #name(contactId: string): string {
    return contactId.slice(this.#prefix.length);
  }
}

const itemOf = (items: readonly Item[], sk: string): Item | undefined => items.find((item) => item.sk === sk);
const sorted = (tags: unknown): string[] => [...((tags ?? []) as Iterable<string>)].sort();
