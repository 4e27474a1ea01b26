import * as z from 'zod/mini';
import { accountName } from '../account-name.ts';
import { apiUrl, crmSettings, defineCrm, headerText, numericId } from '../definition.ts';
import { BULK, Keap, SEPARATOR } from './client.ts';

export const definition = defineCrm({
  kind: 'keap',
  name: 'Keap',
  bulk: BULK,
  windowSeconds: 60, // of the limit that is kept to; that of a second allows more than twice as much
  values: {
    list: { open: '', separator: SEPARATOR, close: '' },
    date: 'datetime',
    longest: 65_535, // the OpenAPI document of version 2, CustomFieldValue: of a text
  },
  settings: crmSettings('keap', {
    fieldId: numericId,
    tagId: numericId,
    requestsPerSecond: 4, // developer.keap.com, token quota: 240 a minute for each key
  }),
  /** A service account key or a personal access token, from Keap's API settings. */
  credentials: z.object({ url: z._default(apiUrl, 'https://api.infusionsoft.com'), token: headerText }),
  account: ({ token }) => accountName('keap', token),
  open: ({ credentials, pace }) => new Keap(credentials, pace),
});
