/** The plugins whose webhook URLs a site knows. */
export type Plugin = 'AccessAlly' | 'ActiveMember360' | 'WP Fusion' | 'Memberium';

/** What a request's address says. */
export type Called = {
  /** Absent where it is no plugin's address: WordPress shows the site's home page then. */
  plugin?: Plugin;
  /** Whether the secret was the site's; false without a plugin. */
  allowed: boolean;
  /** Path and query as they came, but for the secret: whatever stood in its place is `***`. */
  path: string;
  query: string;
};

const HIDDEN = '***';

/**
 * Reads an address as the plugins do: `?aal_<command>=<secret>` (AccessAlly), `?mbr_<command>=<secret>` and
 * `/mbr/<what>/<command>/<secret>` (ActiveMember360), `?wpf_action=…&access_key=<secret>` (WP Fusion),
 * `?type=…&key=<secret>` (Memberium).
 * @param url path and query, as a request line has them
 */
export function readCalled(url: string, secret: string): Called {
  const { pathname, searchParams } = new URL(`http://site${url}`);
  const inPath = /^(\/mbr\/.+\/)([^/]+)$/.exec(pathname);
  if (inPath) {
    const [, before, given] = inPath;
    const allowed = given === encodeURIComponent(secret);
    return { plugin: 'ActiveMember360', allowed, path: `${before}${HIDDEN}`, query: searchParams.toString() };
  }
  const found = inQuery(searchParams);
  if (!found) return { allowed: false, path: pathname, query: searchParams.toString() };
  const allowed = searchParams.get(found.key) === secret;
  searchParams.set(found.key, HIDDEN);
  return { plugin: found.plugin, allowed, path: pathname, query: searchParams.toString() };
}

/** Whose address the query makes it, and the key that has the secret. */
function inQuery(query: URLSearchParams): { plugin: Plugin; key: string } | undefined {
  const command = [...query.keys()].find((key) => /^(aal|mbr)_\w+$/.test(key));
  if (command) return { plugin: command.startsWith('aal') ? 'AccessAlly' : 'ActiveMember360', key: command };
  if (query.has('wpf_action')) return { plugin: 'WP Fusion', key: 'access_key' };
  if (query.has('type') && query.has('key')) return { plugin: 'Memberium', key: 'key' };
  return undefined;
}
