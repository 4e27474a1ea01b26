import * as z from 'zod/mini';
import { defineCrm } from '../definition.ts';
import { ManagedContacts } from './client.ts';

const MAX_ID_LENGTH = 64;
const MAX_NAME_LENGTH = 100;

/** A field or a tag: nobody but the site gives them ids, so any text will do. */
const id = z.string().check(z.minLength(1), z.maxLength(MAX_ID_LENGTH));

/** The name of a value in a webhook's body, whatever its case; dots lead into JSON. */
const bodyName = z.string().check(z.trim(), z.minLength(1), z.maxLength(MAX_NAME_LENGTH));

const settings = z.strictObject({
  kind: z.literal('managed'),
  /** Field that takes the generated password. */
  passwordField: z.optional(id),
  /** Tag that is added when genpass is done. */
  completionTag: z.optional(id),
  /** Under which names the body of a webhook has what is known of a contact. */
  keys: z.prefault(
    z.strictObject({
      email: z._default(bodyName, 'email'),
      firstName: z._default(bodyName, 'first_name'),
      lastName: z._default(bodyName, 'last_name'),
      phone: z._default(bodyName, 'phone'),
      tags: z._default(bodyName, 'tags'),
      /** Names by the id of the field. */
      fields: z._default(z.record(id, bodyName), {}),
    }),
    {},
  ),
});

/** A site's settings for managed contacts. */
export type ManagedSettings = z.output<typeof settings>;

/** No CRM at all: a generic webhook, such as Zapier's, brings the contact. */
export const definition = defineCrm({
  kind: 'managed',
  name: 'managed contacts',
  bulk: 100, // what one read of the table brings
  windowSeconds: 1,
  values: {
    list: { open: '', separator: ', ', close: '' },
    date: 'date',
    longest: 10_000, // what a webhook may bring, so that no operation makes more of it
  },
  settings,
  credentials: undefined,
  account: () => 'managed',
  open: ({ site }) => new ManagedContacts(site),
});
