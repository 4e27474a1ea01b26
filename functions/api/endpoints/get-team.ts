import { teamLedBy } from '../../teams/team-led-by.ts';
import { defineEndpoint } from '../endpoint.ts';
import { teamParams, teamResource, toTeamResource } from '../resources.ts';

export const endpoint = defineEndpoint({
  method: 'GET',
  path: '/v1/teams/{teamId}/{leader}',
  summary: 'Get a team, with its seats.',
  description: 'A team is named by its program and the contact that leads it now.',
  params: teamParams,
  answer: teamResource,
  problems: { 404: 'There is no such team, or no such program.' },
  async handle({ site, params: { teamId, leader } }) {
    return { body: toTeamResource(await teamLedBy(site, leader, teamId)), log: { leader } };
  },
});
