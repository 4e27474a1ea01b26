/**
 * The handshakes of the demo sites in latchkey.config.ts, by the site's id. Everybody knows them, so a
 * deployment refuses their hashes.
 */
export const DEMO_HANDSHAKES: Readonly<Record<string, string>> = {
  academy: 'demo-academy-0123456789abcdef',
  studio: 'demo-studio-0123456789abcdef',
  club: 'demo-club-0123456789abcdef',
};

/** The keys of the demo sites' API, by the site's id; as public, and as useless, as the handshakes. */
export const DEMO_API_KEYS: Readonly<Record<string, string>> = {
  academy: 'demo-academy-api-key-0123456789abcdef',
};
