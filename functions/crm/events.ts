// Generated from the files of this folder by `npm run generate`: change those.
import { readEvent as activeCampaign } from './active-campaign/events.ts';
import { readEvent as keap } from './keap/events.ts';
import { readEvent as kit } from './kit/events.ts';
import type { ReadEvent } from './crm-event.ts';

/** How the event webhooks of each kind of CRM are read. */
export const eventReaders: Readonly<Record<string, ReadEvent>> = {
  activecampaign: activeCampaign,
  keap: keap,
  kit: kit,
};
