import { Problem } from '../../http/problem.ts';
import { readPullState } from '../../store/pull-lease.ts';
import { defineEndpoint } from '../endpoint.ts';
import { contactParams, memberResource, toResource } from '../resources.ts';

export const endpoint = defineEndpoint({
  method: 'GET',
  path: '/v1/members/{contactId}',
  summary: 'Get a member as Latchkey knows it, without asking the CRM.',
  description: 'For lists and background work. When the member is here, say so by its activity instead.',
  params: contactParams,
  answer: memberResource,
  problems: { 404: 'Latchkey does not know this contact.' },
  async handle({ site, params: { contactId } }) {
    const { member, flag } = await readPullState(site.id, contactId);
    if (!member && flag.requestedVersion === 0)
      throw new Problem(404, 'Latchkey does not know this contact.');
    return { body: toResource(site, contactId, { member, flag }), log: { contact: contactId } };
  },
});
