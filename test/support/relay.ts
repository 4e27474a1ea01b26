import type { PluginSite } from '../../local/plugin-simulator/plugin-site.ts';
import type { SiteRequest } from '../../local/plugin-simulator/request-log.ts';
import { HANDSHAKES } from './latchkey.config.ts';
import type { TestLatchkey } from './latchkey.ts';

/** The sites of the test config that relay. */
export type RelayedSite = 'relayed' | 'flooded';

/** The simulated host of a site that relays. */
export function hostOf({ plugins }: Pick<TestLatchkey, 'plugins'>, site: RelayedSite): PluginSite {
  const plugin = plugins.get(site);
  if (!plugin) throw new Error(`the site ${site} does not relay`);
  return plugin;
}

/**
 * Posts something for the plugin itself.
 * @param after what follows the handshake in the URL: `?wpf_action=update`, `/further/path`
 */
export const passThrough = (
  { cloud }: Pick<TestLatchkey, 'cloud'>,
  site: RelayedSite,
  after: string,
  init: RequestInit,
): Promise<Response> => fetch(`${cloud.url}/relay/${HANDSHAKES[site]}${after}`, { method: 'POST', ...init });

/** What the plugin has done, in order: `7/3` for the third webhook of contact 7. */
export const doneFor = (requests: readonly SiteRequest[], contactId: string): (number | undefined)[] =>
  requests.filter((request) => request.delivered && request.contactId === contactId).map(({ seq }) => seq);
