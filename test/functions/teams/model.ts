/** Teams as plain objects: what the table must come to, whatever crashes, repeats and interleaves on the way. */

export type Webhook =
  | { do: 'initiate'; contact: string }
  | { do: 'join'; contact: string; leader: string }
  | { do: 'remove'; contact: string }
  | { do: 'delete'; contact: string }
  | { do: 'update'; contact: string; change: number }
  | { do: 'interact'; contact: string; with: 'tell' | 'reward' | 'thank' };

/** What the site asks for, at once. */
export type Request =
  | { do: 'site-join'; contact: string; leader: string }
  | { do: 'site-leave'; contact: string; leader: string }
  | { do: 'transfer'; contact: string; to: string; stays: boolean };

export type Action = Webhook | Request;

export type Outcome = 'applied' | 'rejected';

const SEATS = 3;

class Team {
  leader: string;
  formerLeader: string | undefined;
  seats = SEATS;
  readonly members = new Set<string>();
  /** Its members when the webhooks arrived that are being worked on. */
  atArrival: ReadonlySet<string> = new Set();

  constructor(leader: string) {
    this.leader = leader;
  }
}

type Place = { team: Team; role: 'leader' | 'member'; isNewerThanWebhooks: boolean };

export class Model {
  readonly #teams: Team[] = [];
  readonly #places = new Map<string, Place>();
  readonly #tags = new Map<string, Set<string>>();
  readonly #points = new Map<string, number>();

  /** Webhooks arrive: interactions are for those who are in a team now. */
  arrive(): void {
    for (const team of this.#teams) team.atArrival = new Set(team.members);
    for (const place of this.#places.values()) place.isNewerThanWebhooks = false;
  }

  take(action: Action): Outcome {
    switch (action.do) {
      case 'initiate':
        return this.#initiate(action.contact);
      case 'join':
        return this.#join(action.contact, action.leader, false);
      case 'site-join':
        return this.#join(action.contact, action.leader, true);
      case 'remove':
        return this.#remove(action.contact);
      case 'site-leave':
        return this.#siteLeave(action.contact, action.leader);
      case 'delete':
        return this.#delete(action.contact);
      case 'update':
        return this.#update(action.contact, action.change);
      case 'interact':
        return this.#interact(action.contact, action.with);
      case 'transfer':
        return this.#transfer(action.contact, action.to, action.stays);
    }
  }

  /** All that can be seen from outside, for these contacts. */
  seen(contacts: readonly string[]) {
    return Object.fromEntries(
      contacts.map((contact) => {
        const place = this.#places.get(contact);
        const team = place && {
          ...{ role: place.role, leader: place.team.leader, seats: place.team.seats },
          members: [...place.team.members].sort(),
        };
        const tags = [...(this.#tags.get(contact) ?? [])].sort();
        return [contact, { team, tags, points: this.#points.get(contact) ?? 0 }];
      }),
    );
  }

  #initiate(contact: string): Outcome {
    const place = this.#places.get(contact);
    if (place) return place.role === 'leader' ? 'applied' : 'rejected';
    const team = new Team(contact);
    this.#teams.push(team);
    this.#places.set(contact, { team, role: 'leader', isNewerThanWebhooks: false });
    this.#grant(contact, 'leader');
    return 'applied';
  }

  #join(contact: string, leader: string, isNewerThanWebhooks: boolean): Outcome {
    const team = this.#ledBy(leader);
    const place = this.#places.get(contact);
    if (!team) return 'rejected';
    if (place?.team === team && place.role === 'member') return 'applied';
    if (place || team.members.size >= team.seats) return 'rejected';
    team.members.add(contact);
    this.#places.set(contact, { team, role: 'member', isNewerThanWebhooks });
    this.#grant(contact, 'member');
    return 'applied';
  }

  #remove(contact: string): Outcome {
    const place = this.#places.get(contact);
    if (!place) return 'applied';
    if (place.role === 'leader') return 'rejected';
    if (!place.isNewerThanWebhooks) this.#takeOff(contact, place.team);
    return 'applied';
  }

  #siteLeave(contact: string, leader: string): Outcome {
    const place = this.#places.get(contact);
    if (place?.team.leader !== leader) return 'applied';
    if (place.role === 'leader') return 'rejected';
    this.#takeOff(contact, place.team);
    return 'applied';
  }

  #delete(contact: string): Outcome {
    const place = this.#places.get(contact);
    if (!place) return 'applied';
    if (place.role === 'member') return 'rejected';
    for (const member of [...place.team.members]) this.#takeOff(member, place.team);
    this.#places.delete(contact);
    this.#teams.splice(this.#teams.indexOf(place.team), 1);
    this.#revoke(contact, 'leader');
    return 'applied';
  }

  #update(contact: string, change: number): Outcome {
    const team = this.#ledBy(contact);
    if (!team || team.seats + change < team.members.size) return 'rejected';
    team.seats += change;
    return 'applied';
  }

  #interact(contact: string, kind: 'tell' | 'reward' | 'thank'): Outcome {
    const team = this.#ledBy(contact);
    if (!team) return 'rejected';
    const people = kind === 'thank' ? [contact] : [...team.atArrival];
    if (kind === 'tell') people.push(contact);
    for (const person of people) {
      if (kind === 'reward') this.#points.set(person, (this.#points.get(person) ?? 0) + 10);
      else this.#change(person, { add: ['Told'] });
    }
    return 'applied';
  }

  #transfer(contact: string, to: string, stays: boolean): Outcome {
    const team = this.#ledBy(contact);
    const place = this.#places.get(to);
    const led = this.#ledBy(to);
    if (led && [to, led.formerLeader].includes(contact)) return 'applied';
    if (!team) return 'rejected';
    if (place?.team !== team || place.role === 'leader') return 'rejected';
    team.leader = to;
    team.formerLeader = contact;
    team.members.delete(to);
    place.role = 'leader';
    this.#revoke(to, 'member');
    this.#grant(to, 'leader');
    this.#revoke(contact, 'leader');
    this.#places.delete(contact);
    if (!stays) return 'applied';
    team.members.add(contact);
    this.#places.set(contact, { team, role: 'member', isNewerThanWebhooks: true });
    this.#grant(contact, 'member');
    return 'applied';
  }

  #ledBy(contact: string): Team | undefined {
    const place = this.#places.get(contact);
    return place?.role === 'leader' ? place.team : undefined;
  }

  #takeOff(contact: string, team: Team): void {
    team.members.delete(contact);
    this.#places.delete(contact);
    this.#revoke(contact, 'member');
  }

  #grant(contact: string, role: Place['role']): void {
    this.#change(contact, role === 'leader' ? { add: ['Leads'] } : { add: ['Belongs'], remove: ['Left'] });
  }

  #revoke(contact: string, role: Place['role']): void {
    this.#change(contact, { add: ['Left'], remove: [role === 'leader' ? 'Leads' : 'Belongs'] });
  }

  #change(contact: string, { add, remove = [] }: { add: string[]; remove?: string[] }): void {
    const tags = this.#tags.get(contact) ?? new Set();
    for (const tag of remove) tags.delete(tag);
    for (const tag of add) tags.add(tag);
    this.#tags.set(contact, tags);
  }
}
