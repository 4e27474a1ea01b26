import * as z from 'zod/mini';
import { openCrm } from '../../crm/open-crm.ts';
import { Problem } from '../../http/problem.ts';
import { REASONS, TRIGGERS, visit } from '../../members/visit.ts';
import { defineEndpoint } from '../endpoint.ts';
import { contactParams, memberResource, toResource } from '../resources.ts';

export const endpoint = defineEndpoint({
  method: 'POST',
  path: '/v1/members/{contactId}/activity',
  summary: 'Say that a member is here, and get it as it is now.',
  description:
    'Pulls the member from the CRM where there is a reason to: always for `email-link` (came by a link in an ' +
    'e-mail) and `profile-view` (an administrator opened the profile); for `page-visit` when a webhook came ' +
    'since the last pull, or when that is older than the site allows (24 h unless set). Visits at the same ' +
    'time share one pull. The CRM gets so long as the site allows (2 s unless set): then the answer is what ' +
    'is known, with `stale: true`, and the pull follows by itself. So call it on every visit, and let the ' +
    'answer decide.',
  params: contactParams,
  body: z.strictObject({ trigger: z.enum(TRIGGERS, `must be one of ${TRIGGERS.join(', ')}`) }),
  answer: z.object({
    member: memberResource,
    pulled: z.boolean().check(z.describe('Was pulled for this visit, or for others at the same time')),
    why: z.enum(REASONS).check(z.describe('Why there was to be a pull; current: there was no reason')),
    stale: z.boolean().check(z.describe('There was to be a pull, and the CRM did not answer in time')),
  }),
  problems: { 404: 'Neither Latchkey nor the CRM knows this contact.' },
  async handle({ site, params: { contactId }, body: { trigger }, arrivedAt, remainingMs, calls }) {
    const patience = { first: site.pullBudgetMs, later: site.pullBudgetMs, remainingMs, calls };
    const { member, flag, why, pulled, stale } = await visit({
      ...{ site, contactId, trigger, arrivedAt },
      openCrm: (signal) => openCrm(site, { ...patience, signal }),
    });
    if (!member?.pulledAt && pulled)
      throw new Problem(404, 'Neither Latchkey nor the CRM knows this contact.');
    const log = { contact: contactId, outcome: stale ? 'stale' : pulled ? 'pulled' : 'current', why };
    return { body: { member: toResource(site, contactId, { member, flag }), pulled, why, stale }, log };
  },
});
