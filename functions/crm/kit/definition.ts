import * as z from 'zod/mini';
import { accountName } from '../account-name.ts';
import { apiUrl, crmSettings, defineCrm, headerText, numericId } from '../definition.ts';
import { Kit } from './client.ts';

/** What Kit makes of a custom field's label: ASCII, in lower case, with underscores. */
const fieldKey = z
  .string()
  .check(z.regex(/^[a-z0-9_]+$/, 'must be the key of a custom field, such as password'));

export const definition = defineCrm({
  kind: 'kit',
  name: 'Kit',
  bulk: 1, // Kit has no way to read many subscribers by id
  windowSeconds: 60,
  values: {
    list: { open: '', separator: ', ', close: '' }, // every field is text: people would write it so
    date: 'date',
    longest: 16_383, // Unverified: the 65,535 bytes of a usual column of text, at four bytes a character
  },
  settings: crmSettings('kit', {
    fieldId: fieldKey,
    tagId: numericId,
    requestsPerSecond: 2, // developers.kit.com/api-reference/rate-limits: 120 in 60 s, for each API key
  }),
  /** A key of API version 4, as Kit shows it once in its developer settings. */
  credentials: z.object({ url: z._default(apiUrl, 'https://api.kit.com/v4'), token: headerText }),
  account: ({ token }) => accountName('kit', token),
  open: ({ credentials, pace }) => new Kit(credentials, pace),
});
