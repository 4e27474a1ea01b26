import { startTeam } from '../../support/teams.ts';
import type { Ending, Play, Stage } from './stage.ts';

type Parameters = Record<string, string>;

/** A command about a team, for a contact of the told site. */
const send = (stage: Stage, command: string, contact: string, more: Parameters = {}): Promise<Ending> =>
  stage.send('told', command, contact, { teamId: 'crew', ...more });

/** A new leader, with so many seats, some of them taken. */
async function newTeam(stage: Stage, members = 0, seats = 3): Promise<{ leader: string; members: string[] }> {
  const leader = stage.newContact('told');
  await startTeam(stage.latchkey, 'told', leader, seats);
  const joined = Array.from({ length: members }, () => stage.newContact('told'));
  for (const member of joined) await send(stage, 'team_join', member, { leaderId: leader });
  return { leader, members: joined };
}

/** A command to the leader of a team. */
const toLeader =
  (command: string, more: Parameters = {}, members = 0): Play =>
  async (stage) =>
    send(stage, command, (await newTeam(stage, members)).leader, more);

/** A command to a member of a team. */
const toMember =
  (command: string): Play =>
  async (stage) => {
    const { leader, members } = await newTeam(stage, 1);
    return send(stage, command, members[0] ?? '', { leaderId: leader });
  };

/** A command to somebody who is in no team. */
const toNobody =
  (command: string, more: Parameters = {}): Play =>
  (stage) =>
    send(stage, command, stage.newContact('told'), more);

/** Team programs. */
export const teams: Record<string, Play> = {
  'the contact leads a team already; it stays as it is': toLeader('aal_initiateteam'),
  'the contact is in the team already': toMember('team_join'),
  'the contact is in no team of …': toNobody('aal_removeteam'),
  'the contact joined again after this was asked for': async (stage) => {
    const before = new Date(Date.now() - 1000).toISOString();
    const [member = ''] = (await newTeam(stage, 1)).members;
    return stage.ownJob('told', 'aal_removeteam', member, { teamId: 'crew' }, before);
  },
  'the contact leads no team of …: nothing to delete': toNobody('aal_deleteteam'),
  'started for 0 people, each with a record of its own': toLeader('aal_teamops', { opId: 'reward' }),
  'team deleted; … members and the leader are off it': toLeader('aal_deleteteam', {}, 1),
  'the site has no team program "…": its config names those it has': toNobody('aal_initiateteam', {
    teamId: 'unheard-of',
  }),
  'the team program … has no interaction "…": its config names those it has': toLeader('aal_teamops', {
    opId: 'unheard-of',
  }),
  'contact … leads no team of …': toNobody('aal_updateteam', { change: '1' }),
  'contact … is a member of a team of …: take it off first, with aal_removeteam':
    toMember('aal_initiateteam'),
  'contact … is a member of the team: aal_removeteam takes it off': toMember('aal_deleteteam'),
  'contact … leads the team: aal_deleteteam ends it, and the site API transfers its leadership':
    toLeader('aal_removeteam'),
  'contact … leads another team of …': async (stage) => {
    const [{ leader }, other] = [await newTeam(stage), await newTeam(stage)];
    return send(stage, 'team_join', other.leader, { leaderId: leader });
  },
  'the team is full: … of … seats are in use': async (stage) => {
    const { leader } = await newTeam(stage, 1, 1);
    return send(stage, 'team_join', stage.newContact('told'), { leaderId: leader });
  },
  'the team has … seats and … are in use: … cannot be taken away': toLeader(
    ...(['aal_updateteam', { change: '-3' }, 1] as const),
  ),
  'a team has … seats at most; this would make it …': async (stage) => {
    const { leader } = await newTeam(stage);
    const more = () => send(stage, 'aal_updateteam', leader, { change: '100000' });
    for (let times = 1; times < 10; times++) await more();
    return more();
  },
  '…; off the team again before its tags were applied': (stage) => {
    const change = { program: 'crew', team: 'former', from: 'none', to: 'member', by: 'the-site' };
    return stage.ownJob('told', 'team_tags', stage.newContact('told'), change);
  },
  '…, but its tags could not be changed: …': async (stage) => {
    const { leader } = await newTeam(stage);
    return send(stage, 'team_join', '4711', { leaderId: leader });
  },
};
