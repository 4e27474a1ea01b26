import type { Definition } from '../../../functions/commands/definition.ts';
import type { Site } from '../../../functions/platform/config.ts';
import type { Webhook as Accepted } from '../../../functions/webhooks/webhook.ts';
import { asWorker, type Life } from '../../support/mortal-workers.ts';
import type { Item } from '../../support/table-access.ts';
import type { Request, Webhook } from './model.ts';
import { Seen } from './seen.ts';

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
