// Generated from the files of this folder by `npm run generate`: change those.
import { imports as activeCampaign } from './active-campaign/imports.ts';
import type { ImportApi } from './imports.ts';

/** How people are brought into each kind of CRM that has requests for it. */
export const importApis: Readonly<Record<string, ImportApi<unknown>>> = {
  activecampaign: activeCampaign,
};
