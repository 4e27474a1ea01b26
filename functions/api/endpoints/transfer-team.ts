import * as z from 'zod/mini';
import { changeBySite } from '../../teams/by-site.ts';
import { teamLedBy } from '../../teams/team-led-by.ts';
import { transferLeadership } from '../../teams/transfer-leadership.ts';
import { defineEndpoint } from '../endpoint.ts';
import { contactId, teamParams, teamResource, toTeamResource } from '../resources.ts';

const FORMER_LEADER = ['stays', 'leaves'] as const;

export const endpoint = defineEndpoint({
  method: 'POST',
  path: '/v1/teams/{teamId}/{leader}/transfer',
  summary: 'Hand a team over to one of its members.',
  description:
    'The new leader needs no seat any more: the former one takes it, or leaves. From then on the team is found ' +
    'under its new leader. The tags of both follow a moment later. Asked for again, it changes nothing.',
  params: teamParams,
  body: z.strictObject({
    to: contactId('the member that is to lead'),
    formerLeader: z._default(
      z
        .enum(FORMER_LEADER, `must be one of ${FORMER_LEADER.join(', ')}`)
        .check(z.describe('stays: as a member of the team')),
      'stays',
    ),
  }),
  answer: teamResource,
  problems: {
    404: 'There is no such team, or no such program.',
    409: 'The new leader is not in the team, or the team is being deleted. Nothing was changed.',
  },
  async handle({ site, params: { teamId: program, leader }, body: { to, formerLeader } }) {
    const transfer = { program, leader, to, formerLeader };
    const { changes } = await changeBySite(site, (mark) => transferLeadership(site, transfer, mark));
    const outcome = changes.length > 0 ? 'transferred' : 'leads it already';
    return {
      body: toTeamResource(await teamLedBy(site, to, program)),
      log: { leader, contact: to, outcome },
    };
  },
});
