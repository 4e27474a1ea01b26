import * as z from 'zod/mini';
import { apiUrl, crmSettings, defineCrm, headerText, numericId } from '../definition.ts';
import { ActiveCampaign, BULK } from './client.ts';

export const definition = defineCrm({
  kind: 'activecampaign',
  name: 'ActiveCampaign',
  bulk: BULK,
  windowSeconds: 1,
  values: {
    list: { open: '||', separator: '||', close: '||' }, // developers.activecampaign.com/reference/create-fieldvalue
    date: 'date',
    longest: 16_383, // Unverified: the 65,535 bytes of a usual column of text, at four bytes a character
  },
  settings: crmSettings('activecampaign', {
    fieldId: numericId,
    tagId: numericId,
    requestsPerSecond: 5, // developers.activecampaign.com/reference/rate-limits: per account
  }),
  /** The address is the account's own, as ActiveCampaign shows it beside the key. */
  credentials: z.object({ url: apiUrl, token: headerText }),
  account: ({ url }) => new URL(url).host,
  open: ({ credentials, pace }) => new ActiveCampaign(credentials, pace),
});
