import * as z from 'zod/mini';
import { readPlacesAndTeams } from '../../store/teams.ts';
import { defineEndpoint } from '../endpoint.ts';
import { contactParams, teamResource, toTeamResource } from '../resources.ts';

export const endpoint = defineEndpoint({
  method: 'GET',
  path: '/v1/members/{contactId}/teams',
  summary: 'List the teams that a contact leads or has a seat in.',
  description: 'In each team program it has one place at most.',
  params: contactParams,
  answer: z.object({
    teams: z.array(
      z.object({
        role: z.enum(['leader', 'member']),
        since: z.string().check(z.describe('Since when it has this role (ISO time)')),
        team: teamResource,
      }),
    ),
  }),
  problems: {},
  async handle({ site, params: { contactId } }) {
    const places = await readPlacesAndTeams(site.id, contactId);
    return {
      body: {
        teams: places.map(({ place: { role, since }, team }) => ({
          role,
          since,
          team: toTeamResource(team),
        })),
      },
      log: { contact: contactId },
    };
  },
});
