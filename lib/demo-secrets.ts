import type { Config } from '../functions/platform/config.ts';
import { ConfigError } from './config.ts';

/** SHA-256 of the handshakes and API keys that the documentation shows to everybody; see latchkey.config.ts. */
const DEMO_SECRETS: ReadonlySet<string> = new Set([
  '1413ee3307151766e0059f20cc30a2055b54070f41a16a45c2c26efc9019f8fe',
  '048d8d6152b0f73259b576127e8d610f3d53819d18a60e9b679e66c08c735bc0',
  '1f211e4ce45618238d8f9ab64ba99513fb75c141efbc431244962307b59c85d2',
  '95894727dcfb5a806a519dad3e4141c6257cb4a03d605d3ec9b0988d1d5679f2',
]);

/**
 * Keeps sites off the internet that anybody could post to.
 *
 * @throws ConfigError that names the sites whose handshake or API key is public, and what to do
 */
export function refuseDemoSecrets({ sites }: Config): void {
  const open = sites.filter((site) =>
    [...site.handshakes, ...site.apiKeys].some((hash) => DEMO_SECRETS.has(hash)),
  );
  if (!open.length) return;
  throw new ConfigError(
    `The demo handshakes and API keys are public and cannot be deployed (${open.map((site) => site.id).join(', ')}): ` +
      'make your own with "npx latchkey handshake" and "npx latchkey api-key", and put the hashes into latchkey.config.ts.',
  );
}
