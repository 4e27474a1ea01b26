// Generated from the files of this folder by `npm run generate`: change those.
import * as z from 'zod/mini';
import { definition as activeCampaign } from './active-campaign/definition.ts';
import { definition as keap } from './keap/definition.ts';
import { definition as kit } from './kit/definition.ts';
import { definition as managed } from './managed/definition.ts';
import { definition as ontraport } from './ontraport/definition.ts';

/** Every CRM that contacts can be in. */
export const crms = [activeCampaign, keap, kit, managed, ontraport] as const;

/** A site's `crm` in the config. */
export const crmSchema = z.discriminatedUnion('kind', [
  activeCampaign.settings,
  keap.settings,
  kit.settings,
  managed.settings,
  ontraport.settings,
]);
