// Generated from the files of this folder by `npm run generate`: change those.
import { automation as activeCampaign } from './active-campaign/automation.ts';
import { automation as keap } from './keap/automation.ts';
import { automation as kit } from './kit/automation.ts';
import { automation as managed } from './managed/automation.ts';
import { automation as ontraport } from './ontraport/automation.ts';
import type { DescribeAutomation } from './automation.ts';

/** How a person has each kind of CRM post a webhook. */
export const automations: Readonly<Record<string, DescribeAutomation>> = {
  activecampaign: activeCampaign,
  keap: keap,
  kit: kit,
  managed: managed,
  ontraport: ontraport,
};
