import type { Site } from '../platform/config.ts';
import { ActiveCampaign } from './active-campaign.ts';
import { type Credentials, credentialsOf } from './credentials.ts';
import type { Crm } from './crm.ts';
import { Pace, type Patience } from './pace.ts';

const clients: Record<Site['crm']['kind'], new (credentials: Credentials, pace: Pace) => Crm> = {
  activecampaign: ActiveCampaign,
};

/**
 * Opens a site's CRM for one piece of work. Sites that share an account share its pace.
 * @param patience how long this work may wait for its turns
 */
export async function openCrm(site: Site, patience: Patience): Promise<Crm> {
  const credentials = await credentialsOf(site);
  const account = new URL(credentials.url).host;
  return new clients[site.crm.kind](credentials, new Pace(account, site.crm.requestsPerSecond, patience));
}
