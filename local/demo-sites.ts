/**
 * The handshakes of the demo sites in latchkey.config.ts, by the site's id. Everybody knows them, so a
 * deployment refuses their hashes.
 */
export const DEMO_HANDSHAKES: Readonly<Record<string, string>> = {
  academy: 'demo-academy-0123456789abcdef',
  studio: 'demo-studio-0123456789abcdef',
};
