import * as z from 'zod/mini';
import { changeBySite, newRequestId } from '../../teams/by-site.ts';
import { leaveTeam } from '../../teams/leave-team.ts';
import { teamLedBy } from '../../teams/team-led-by.ts';
import { defineEndpoint } from '../endpoint.ts';
import { contactId, teamParams, webhookOfTags } from '../resources.ts';

export const endpoint = defineEndpoint({
  method: 'DELETE',
  path: '/v1/teams/{teamId}/{leader}/members/{contactId}',
  summary: 'Take a member off a team.',
  description:
    'Its seat is free at once, and the tags follow a moment later. The contact stays. Whoever is not in the team ' +
    'has nothing to leave, so a repeat is harmless.',
  params: z.extend(teamParams, { contactId: contactId('the contact that leaves') }),
  answer: z.object({
    left: z.boolean().check(z.describe('By this request; false: it was not in the team')),
    webhook: webhookOfTags,
  }),
  problems: {
    404: 'There is no such team, or no such program.',
    409: 'The contact leads the team: transfer its leadership first. Nothing was changed.',
  },
  async handle({ site, params: { teamId: program, leader, contactId }, arrivedAt }) {
    const askedAt = new Date(arrivedAt).toISOString();
    const leaving = { program, contactId, leader, by: newRequestId(), askedAt };
    const { changes } = await changeBySite(site, (mark) => leaveTeam(site, leaving, mark));
    const left = changes.length > 0;
    if (!left) await teamLedBy(site, leader, program); // says it where there is no such team
    return {
      body: { left, ...(left && { webhook: leaving.by }) },
      log: { leader, contact: contactId, outcome: left ? 'left' : 'is no member' },
    };
  },
});
