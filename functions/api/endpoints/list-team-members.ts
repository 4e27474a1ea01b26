import * as z from 'zod/mini';
import { readPeople } from '../../store/teams.ts';
import { teamLedBy } from '../../teams/team-led-by.ts';
import { defineEndpoint } from '../endpoint.ts';
import {
  contactId,
  nextPage,
  pageLimit,
  teamMemberResource,
  teamParams,
  toTeamMember,
} from '../resources.ts';

export const endpoint = defineEndpoint({
  method: 'GET',
  path: '/v1/teams/{teamId}/{leader}/members',
  summary: 'List the members of a team.',
  description:
    'Sorted by contact id, as text. The leader is not among them: it takes no seat. There are no more when ' +
    '`next` is missing.',
  params: teamParams,
  query: z.strictObject({
    limit: pageLimit,
    after: z.optional(contactId('the member that was last: the `next` of the page before')),
  }),
  answer: z.object({ members: z.array(teamMemberResource), next: nextPage }),
  problems: { 404: 'There is no such team, or no such program.' },
  async handle({ site, params: { teamId, leader }, query }) {
    const { team } = await teamLedBy(site, leader, teamId);
    const { people, next } = await readPeople(site.id, team, query);
    return { body: { members: people.map(toTeamMember), ...(next && { next }) }, log: { leader } };
  },
});
