import * as z from 'zod/mini';
import { Problem } from '../../http/problem.ts';
import { login } from '../../members/login.ts';
import { readPullState } from '../../store/pull-lease.ts';
import { defineEndpoint } from '../endpoint.ts';
import { emailText, memberResource, toResource } from '../resources.ts';

export const endpoint = defineEndpoint({
  method: 'POST',
  path: '/v1/login',
  summary: "Check a member's e-mail address and password.",
  description:
    'An address that nobody has is answered like a wrong password, in the same time. Ten failed attempts in 15 ' +
    'minutes for one member, or fifty from one address, are followed by 429. Give the address of the visitor, ' +
    'not that of your server.',
  body: z.strictObject({
    email: emailText,
    password: z
      .string('is required')
      .check(z.minLength(1, 'is required'), z.maxLength(256, 'may be 256 characters long at most')),
    address: z
      .string('is required')
      .check(
        z.regex(/^[\da-fA-F.:]{2,45}$/, "must be the visitor's IP address"),
        z.describe("The visitor's IP address"),
      ),
  }),
  answer: memberResource,
  problems: {
    401: 'Wrong e-mail address or password; or the API key is missing or wrong.',
    429: 'Too many failed attempts; `Retry-After` says when to come back.',
  },
  async handle({ site, body }) {
    const result = await login(site, body);
    if (result.outcome === 'too many') {
      throw new Problem(429, 'Too many failed attempts to log in. Come back later.', {
        headers: { 'retry-after': String(result.retryAfterSeconds) },
      });
    }
    if (result.outcome === 'refused') throw new Problem(401, 'Wrong e-mail address or password.');
    const { contactId } = result;
    const state = await readPullState(site.id, contactId);
    return { body: toResource(site, contactId, state), log: { contact: contactId, outcome: 'logged in' } };
  },
});
