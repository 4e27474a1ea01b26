import type { Config, Site } from '../functions/platform/config.ts';
import { UserError } from '../local/user-error.ts';

/** Finds a site of the config. @throws UserError where there is no such site */
export function findSite(id: string, { sites }: Config): Site {
  const site = sites.find((each) => each.id === id);
  if (site) return site;
  const known = sites.map((each) => each.id).join(', ');
  throw new UserError(`The config has no site ${id}. Its sites: ${known}.`);
}

/** Finds a site whose members Latchkey keeps. @throws UserError where there is no such site, or it relays */
export function findSiteWithMembers(id: string, config: Config): Site {
  const site = findSite(id, config);
  if (!site.target) return site;
  throw new UserError(`The site ${id} relays: its members are in its plugin.`);
}
