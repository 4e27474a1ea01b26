import * as z from 'zod/mini';
import { accountName } from '../account-name.ts';
import { apiUrl, crmSettings, defineCrm, headerText, numericId } from '../definition.ts';
import { BULK, Ontraport } from './client.ts';

export const definition = defineCrm({
  kind: 'ontraport',
  name: 'Ontraport',
  bulk: BULK,
  windowSeconds: 60,
  values: {
    list: { open: '*/*', separator: '*/*', close: '*/*' },
    date: 'unix',
    /**
     * Unverified: a long text has the 65,535 bytes of a usual column, at four bytes a character. A text has 768 bytes
     * (ontraport.com/support/reference-material/custom-field-limits); which of them a field is does not show.
     */
    longest: 16_383,
  },
  settings: crmSettings('ontraport', {
    fieldId: z.string().check(z.regex(/^f\d+$/, 'must be a custom field as the API names it, such as f1557')),
    tagId: numericId,
    requestsPerSecond: 3, // api.ontraport.com/doc/#rate-limiting: 180 in any minute, per account
  }),
  /** Key and app id as Ontraport shows them together under Administration, Integrations. */
  credentials: z.object({
    url: z._default(apiUrl, 'https://api.ontraport.com/1'),
    token: headerText,
    appId: headerText,
  }),
  account: ({ appId }) => accountName('ontraport', appId),
  open: ({ credentials, pace }) => new Ontraport(credentials, pace),
});
