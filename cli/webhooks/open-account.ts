import { crms } from '../../functions/crm/crms.ts';
import type { CrmDefinition, Opening } from '../../functions/crm/definition.ts';
import { hookApis } from '../../functions/crm/hook-apis.ts';
import type { HookApi } from '../../functions/crm/hooks.ts';
import type { Config, Site } from '../../functions/platform/config.ts';
import { UserError } from '../../local/user-error.ts';
import { findSite } from '../find-site.ts';
import { SteadyPace } from '../steady-pace.ts';
import { readCredentials } from './read-credentials.ts';

/** A site whose CRM's webhooks can be registered. */
export type HookedSite = {
  site: Site;
  crm: CrmDefinition;
  hookApi: HookApi<unknown>;
  requestsPerSecond: number;
};

/**
 * Finds a site of the config, and how webhooks are registered with its CRM.
 * @throws UserError where there is no such site, or its CRM's API registers no webhooks
 */
export function findHookedSite(id: string, config: Config): HookedSite {
  const site = findSite(id, config);
  const crm = crms.find(({ kind }) => kind === site.crm.kind) as CrmDefinition;
  const hookApi = hookApis[crm.kind];
  if (!hookApi || !('requestsPerSecond' in site.crm)) {
    throw new UserError(
      `Latchkey cannot register webhooks for ${crm.name}. Let an automation post to ` +
        '<BaseUrl>/?aal_updateuser=<handshake> instead, whenever a contact changes.',
    );
  }
  return { site, crm, hookApi, requestsPerSecond: site.crm.requestsPerSecond };
}

/** Opens the account of a site's CRM, at the pace of this process. @throws UserError as `readCredentials` does */
export async function openAccount(
  { site, crm, requestsPerSecond }: HookedSite,
  stage: string,
): Promise<Opening<unknown>> {
  const credentials = crm.credentials && (await readCredentials(stage, site.id, crm.credentials));
  return { site: site.id, credentials, pace: new SteadyPace(requestsPerSecond) };
}
