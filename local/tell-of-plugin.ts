import type { PluginSite } from './plugin-simulator/plugin-site.ts';
import type { SiteRequest } from './plugin-simulator/request-log.ts';

/**
 * Tells of every request that a simulated host has answered, one short line each, such as
 * `12:00:00 plugin  AccessAlly POST /?aal_updateuser=*** club contact 12: 200 (401 ms)`. Ends when the host is stopped.
 */
export async function tellOfPlugin(
  id: string,
  site: PluginSite,
  tell: (line: string) => void,
): Promise<void> {
  for (let told = 0; ; told++) {
    try {
      await site.until((requests) => requests[told]?.outcome !== undefined);
    } catch {
      return; // it was stopped
    }
    const request = site.requests[told];
    if (request) tell(lineOf(id, request));
  }
}

function lineOf(id: string, { plugin, at, endedAt = at, contactId, outcome, ...sent }: SiteRequest): string {
  const time = new Date(endedAt).toISOString().slice(11, 19);
  const query = sent.query && `?${decodeURIComponent(sent.query)}`;
  // What no plugin knows may have the secret anywhere.
  const what = plugin ? `${plugin} ${sent.method} ${sent.path}${query}` : 'no plugin takes it,';
  const who = contactId === undefined ? '' : ` contact ${contactId}`;
  return `${time} plugin  ${what} ${id}${who}: ${outcome} (${Math.round(endedAt - at)} ms)`;
}
