import type { Item } from '../../local/items-of.ts';
import { versionIn } from '../world/people.ts';
import type { History } from './history.ts';

/** Notes every team as it stands in the table. @param withPeople with the number of those who have a seat */
export function noteTeams(items: readonly Item[], history: History, withPeople = false): void {
  for (const item of items) {
    if (item.sk !== 'team') continue;
    const { program, leader, team } = item as unknown as Record<string, string>;
    const [, site = ''] = item.pk.split('#');
    const people = items.filter(({ pk, sk }) => pk === item.pk && sk.startsWith('person#')).length;
    history.add({
      ...{ what: 'team', site, team: String(team ?? item.pk.split('#')[2]), program: String(program) },
      ...{ leader: String(leader), seats: Number(item.seats), used: Number(item.used) },
      ...(withPeople && { people }),
    });
  }
}

/** Notes what the table says in the end of webhooks, flags, members and teams. */
export function noteTable(items: readonly Item[], history: History): void {
  noteTeams(items, history, true);
  for (const item of items) {
    const [site = '', contact = ''] = item.pk.split('#');
    const about = { site, contact };
    if (item.sk.startsWith('webhook#')) noteRecord(item, about, history);
    if (item.sk === 'flag') {
      const { requestedVersion: requested = 0, syncedVersion: synced = 0 } = item;
      history.add({ what: 'flag', ...about, requested: Number(requested), synced: Number(synced) });
    }
    if (item.sk === 'member') {
      const hasAccount = item.account !== undefined;
      history.add({ what: 'copy', ...about, version: versionIn(item.firstName), hasAccount });
    }
  }
}

function noteRecord(item: Item, about: { site: string; contact: string }, history: History): void {
  const { id, command, state, reason = '', parameters, joinedTo, duplicateOf } = item;
  const instead = joinedTo ?? duplicateOf;
  history.add({
    ...{ what: 'kept', ...about, id: String(id), command: String(command), state: String(state) },
    ...{ reason: String(reason), says: said(parameters as Record<string, unknown> | undefined) },
    attempts: Number(item.attempts ?? 0),
    ...(instead !== undefined && { instead: String(instead) }),
  });
}

/** What tells a webhook from others of its contact and command, as the plan has it. */
const said = ({ operationId, change, leaderId, opId, teamId }: Record<string, unknown> = {}): string =>
  String(operationId ?? change ?? opId ?? (leaderId && `the team of ${leaderId}`) ?? teamId ?? '');
