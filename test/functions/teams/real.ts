import type { Definition } from '../../../functions/commands/definition.ts';
import type { Site } from '../../../functions/platform/config.ts';
import type { WebhookRecord } from '../../../functions/store/webhooks.ts';
import type { Webhook as Accepted } from '../../../functions/webhooks/webhook.ts';
import { asWorker, type Life } from '../../support/mortal-workers.ts';
import type { Request, Webhook } from './model.ts';

const PROGRAM = 'crew';

const COMMANDS = {
  initiate: 'aal_initiateteam',
  join: 'team_join',
  remove: 'aal_removeteam',
  delete: 'aal_deleteteam',
  update: 'aal_updateteam',
  interact: 'aal_teamops',
} as const;

/** The modules under test, imported once the process is wired to a cloud. */
export async function importModules() {
  const modules = await Promise.all([
    import('../../../functions/webhooks/accept.ts'),
    import('../../../functions/commands/catalogue.ts'),
    import('../../../functions/platform/sites.ts'),
    import('../../../functions/store/managed-contacts.ts'),
    import('../../../functions/store/table.ts'),
    import('../../../functions/store/keys.ts'),
    import('../../../functions/teams/by-site.ts'),
    import('../../../functions/teams/join-team.ts'),
    import('../../../functions/teams/leave-team.ts'),
    import('../../../functions/teams/transfer-leadership.ts'),
    import('../../../functions/teams/team-rule.ts'),
    import('../../../functions/webhooks/read-webhook.ts'),
  ]);
  return Object.assign({}, ...modules) as UnionToIntersection<(typeof modules)[number]>;
}

type UnionToIntersection<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void
  ? I
  : never;
export type Modules = Awaited<ReturnType<typeof importModules>>;
type Item = Record<string, unknown> & { pk: string; sk: string };

/** The product's own modules on the embedded table, for the contacts of one run. */
export class Real {
  readonly #modules: Modules;
  readonly #site: Site;
  readonly #prefix: string;
  readonly #contacts: readonly string[];
  readonly #identities = new Map<Webhook, string>();

  constructor(modules: Modules, run: number, contacts: readonly string[]) {
    this.#modules = modules;
    this.#site = modules.siteById('managed');
    this.#prefix = `run${run}-`;
    this.#contacts = contacts;
  }

  /** Has the CRM know the contacts. */
  async begin(): Promise<void> {
    const data = (contact: string) => ({ email: `${contact}@example.com`, fields: { points: '0' } });
    await Promise.all(
      this.#contacts.map((contact) =>
        this.#modules.storeManagedContact(this.#site.id, this.#id(contact), data(contact)),
      ),
    );
  }

  /** A webhook arrives, or a copy of one that arrived before. */
  async arrive(webhook: Webhook): Promise<Accepted> {
    const now = new Date();
    const command = COMMANDS[webhook.do];
    const parameters = this.#parameters(webhook);
    const contactId = this.#id(webhook.contact);
    const definition = this.#modules.catalogue.find(({ name }) => name === command) as Definition;
    const accepted: Accepted = {
      ...{ id: this.#modules.newWebhookId(now), site: this.#site.id, command, contactId, parameters },
      receivedAt: now.toISOString(),
      ...(definition.adds && { identity: this.#identityOf(webhook) }),
    };
    await this.#modules.accept(accepted, definition, this.#site);
    return accepted;
  }

  /** What the site asks for. @returns undefined where its function died before the answer */
  async request(request: Request, life: Life): Promise<'applied' | 'rejected' | undefined> {
    const end = await asWorker(life, () => this.#modules.changeBySite(this.#site, this.#change(request)));
    if (end === 'died') return undefined;
    if (end === 'done') return 'applied';
    if (end.error instanceof this.#modules.TeamRule) return 'rejected';
    throw end.error;
  }

  /** Everything that lies in the partitions of these contacts and of the teams they are in. */
  async look(): Promise<Seen> {
    const partitions = await Promise.all(this.#contacts.map((contact) => this.#partition(contact)));
    const items = partitions.flat();
    const teams = new Set(items.filter(({ sk }) => sk.startsWith('place#')).map(({ team }) => String(team)));
    const parts = await Promise.all(
      [...teams].map((team) => this.#query(this.#modules.teamKey(this.#site.id, team).pk)),
    );
    return new Seen(this.#prefix, this.#contacts, partitions, parts.flat());
  }

  #change(request: Request) {
    const { joinTeam, leaveTeam, transferLeadership, newRequestId } = this.#modules;
    const contactId = this.#id(request.contact);
    const asked = { by: newRequestId(), askedAt: new Date().toISOString() };
    type Mark = Parameters<typeof joinTeam>[2];
    if (request.do === 'transfer') {
      const formerLeader = request.stays ? ('stays' as const) : ('leaves' as const);
      const transfer = { program: PROGRAM, leader: contactId, to: this.#id(request.to), formerLeader };
      return (mark: Mark) => transferLeadership(this.#site, transfer, mark);
    }
    const about = { program: PROGRAM, contactId, leader: this.#id(request.leader), ...asked };
    const change = request.do === 'site-join' ? joinTeam : leaveTeam;
    return (mark: Mark) => change(this.#site, about, mark);
  }

  /** The same for the copies of one webhook alone: two of a kind differ in what else their bodies say. */
  #identityOf(webhook: Webhook): string {
    const identity = this.#identities.get(webhook) ?? `identity-${this.#identities.size}`;
    this.#identities.set(webhook, identity);
    return identity;
  }

  #parameters(webhook: Webhook): Record<string, unknown> {
    if (webhook.do === 'join') return { teamId: PROGRAM, leaderId: this.#id(webhook.leader) };
    if (webhook.do === 'update') return { teamId: PROGRAM, change: webhook.change };
    if (webhook.do === 'interact') return { teamId: PROGRAM, opId: webhook.with };
    return { teamId: PROGRAM };
  }

  #partition(contact: string): Promise<Item[]> {
    return this.#query(this.#modules.contactPk(this.#site.id, this.#id(contact)));
  }

  #query(pk: string): Promise<Item[]> {
    return this.#modules.queryAll<Item>({
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
    });
  }

  #id(contact: string): string {
    return `${this.#prefix}${contact}`;
  }
}

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
