import * as z from 'zod/mini';
import { Problem } from '../../http/problem.ts';
import { redeemLoginToken } from '../../members/login-token.ts';
import { readPullState } from '../../store/pull-lease.ts';
import { defineEndpoint } from '../endpoint.ts';
import { memberResource, toResource } from '../resources.ts';

export const endpoint = defineEndpoint({
  method: 'POST',
  path: '/v1/login-tokens/redeem',
  summary: 'Redeem the token of an on-demand login, once.',
  description: 'Answers the member that it logs in. A second time it is refused, as is one that has expired.',
  body: z.strictObject({
    token: z.string('is required').check(z.regex(/^[\w-]{43}$/, 'must be a token as it was answered')),
  }),
  answer: memberResource,
  problems: { 401: 'The token is unknown, used or expired; or the API key is missing or wrong.' },
  async handle({ site, body: { token } }) {
    const contactId = await redeemLoginToken(site.id, token);
    if (contactId === undefined) throw new Problem(401, 'The token is unknown, used or expired.');
    const state = await readPullState(site.id, contactId);
    return { body: toResource(site, contactId, state), log: { contact: contactId, outcome: 'redeemed' } };
  },
});
