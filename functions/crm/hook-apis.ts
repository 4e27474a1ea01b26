// Generated from the files of this folder by `npm run generate`: change those.
import { hooks as activeCampaign } from './active-campaign/hooks.ts';
import { hooks as keap } from './keap/hooks.ts';
import { hooks as kit } from './kit/hooks.ts';
import type { HookApi } from './hooks.ts';

/** How the event webhooks of each kind of CRM are registered, where its API can. */
export const hookApis: Readonly<Record<string, HookApi<unknown>>> = {
  activecampaign: activeCampaign,
  keap: keap,
  kit: kit,
};
