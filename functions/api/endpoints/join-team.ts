import * as z from 'zod/mini';
import { openCrm } from '../../crm/open-crm.ts';
import { readPlaceAndTeam } from '../../store/teams.ts';
import { changeBySite, newRequestId } from '../../teams/by-site.ts';
import { contactToJoin } from '../../teams/contact-to-join.ts';
import { joinTeam } from '../../teams/join-team.ts';
import { TeamRule } from '../../teams/team-rule.ts';
import { defineEndpoint } from '../endpoint.ts';
import { patienceOfPerson } from '../patience.ts';
import {
  contactId,
  emailText,
  personName,
  teamMemberResource,
  teamParams,
  teamResource,
  toTeamResource,
  webhookOfTags,
} from '../resources.ts';

export const endpoint = defineEndpoint({
  method: 'POST',
  path: '/v1/teams/{teamId}/{leader}/members',
  summary: 'Give somebody a seat in a team.',
  description:
    'Name the one who joins by `contactId` or by `email`. By address it is the contact that Latchkey knows; ' +
    'where it knows none and the team has a free seat, the CRM finds or makes it, with the names given. The ' +
    'seat is taken at once, by as many at the same time as there are seats; the tags follow a moment later. Who ' +
    'is in the team already stays there, so a repeat is harmless.',
  params: teamParams,
  body: z.union(
    [
      z.strictObject({ contactId: contactId('the contact that joins') }),
      z.strictObject({ email: emailText, firstName: personName, lastName: personName }),
    ],
    'needs either contactId, or email and maybe firstName and lastName',
  ),
  answer: z.object({
    team: teamResource,
    member: teamMemberResource,
    joined: z.boolean().check(z.describe('By this request; false: it was in the team already')),
    webhook: webhookOfTags,
  }),
  problems: {
    404: 'There is no such team, or no such program.',
    409:
      'All seats are in use, the team is being deleted, the contact has a place in another team of the program ' +
      'or leads this one, or several contacts have the address. Nothing was changed.',
    502: 'The CRM failed or refused, while it was to find or make the contact. Ask again.',
  },
  async handle({ site, params: { teamId: program, leader }, body, arrivedAt, remainingMs, calls }) {
    const patience = patienceOfPerson({ remainingMs, calls });
    const contactId =
      'contactId' in body
        ? body.contactId
        : await contactToJoin({ program, leader }, body, { site, openCrm: () => openCrm(site, patience) });
    const askedAt = new Date(arrivedAt).toISOString();
    const joining = { program, leader, contactId, by: newRequestId(), askedAt };
    const { changes } = await changeBySite(site, (mark) => joinTeam(site, joining, mark));
    const found = await readPlaceAndTeam(site.id, contactId, program);
    if (!found) throw new TeamRule(`contact ${contactId} was taken off the team again at this moment`);
    const { team, place } = found;
    const joined = changes.length > 0;
    return {
      body: {
        team: toTeamResource(team),
        member: { contactId, since: place.since },
        joined,
        ...(joined && { webhook: joining.by }),
      },
      log: { leader, contact: contactId, outcome: joined ? 'joined' : 'is a member' },
    };
  },
});
