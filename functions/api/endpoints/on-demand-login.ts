import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { openCrm } from '../../crm/open-crm.ts';
import { Problem } from '../../http/problem.ts';
import { onDemandLogin } from '../../members/on-demand-login.ts';
import { defineEndpoint } from '../endpoint.ts';
import { patienceOfPerson } from '../patience.ts';
import { emailText, personName } from '../resources.ts';

const MOST_TAGS = 10;

export const endpoint = defineEndpoint({
  method: 'POST',
  path: '/v1/on-demand-login',
  summary: 'Create a new user from a form, and log the visitor in.',
  description:
    'For new users only: creates the contact in the CRM, and the account, whose password goes into the ' +
    "CRM's password field for the e-mail that brings it. Answers a token that logs in once, within ten " +
    'minutes. Whoever has an account already is refused with 409: send them to the login. Whoever asks is let ' +
    'in as the owner of the address without proof, so let it open only what a new user may see. An ' +
    '`Idempotency-Key` header makes a repeat safe: it gets a token, where without it the account exists.',
  body: z.strictObject({
    email: emailText,
    firstName: personName,
    lastName: personName,
    tags: z._default(
      z
        .array(z.string().check(z.regex(/^[\w.:-]{1,64}$/, 'must be ids of tags')))
        .check(z.maxLength(MOST_TAGS, `may hold ${MOST_TAGS} tags at most`)),
      [],
    ),
  }),
  answer: z.object({ contactId: z.string(), token: z.string(), expiresAt: z.string() }),
  problems: {
    409: 'Somebody has an account with this address already. Nothing was changed.',
    502: 'The CRM failed or refused; the detail says how. Ask again.',
    503: "The CRM's limit leaves no room now; `Retry-After` says when to come back.",
  },
  async handle({ site, body: { tags, ...person }, idempotencyKey, remainingMs, calls }) {
    const crm = await openCrm(site, patienceOfPerson({ remainingMs, calls }));
    const by = `on-demand:${idempotencyKey ?? randomUUID()}`;
    const result = await onDemandLogin(person, tags, by, { site, crm });
    if (result.outcome === 'exists') {
      throw new Problem(409, 'Somebody has an account with this e-mail address: let them log in.');
    }
    const { contactId, token, expiresAt } = result;
    return { body: { contactId, token, expiresAt }, log: { contact: contactId, outcome: 'created' } };
  },
});
