import { createHash } from 'node:crypto';
import sites from '#sites';
import type { Site } from './config.ts';

const byId = new Map(sites.map((site) => [site.id, site]));
const byHandshakeHash = new Map(sites.flatMap((site) => site.handshakes.map((hash) => [hash, site])));
const byKeyHash = new Map(sites.flatMap((site) => site.apiKeys.map((hash) => [hash, site])));

/**
 * The site a handshake belongs to, or undefined. Only hashes are held and looked up: what a clock could
 * tell an attacker is about the SHA-256 of a guess, which says nothing about the next guess.
 */
export function siteOfHandshake(handshake: string | undefined): Site | undefined {
  return siteOf(handshake, byHandshakeHash);
}

/** The site that a key of the site API belongs to, or undefined; looked up as handshakes are. */
export function siteOfApiKey(key: string | undefined): Site | undefined {
  return siteOf(key, byKeyHash);
}

function siteOf(secret: string | undefined, byHash: ReadonlyMap<string, Site>): Site | undefined {
  if (!secret?.trim()) return undefined;
  return byHash.get(createHash('sha256').update(secret).digest('hex'));
}

/** Every site of the config. */
export const allSites: readonly Site[] = sites;

/**
 * The site with this id.
 * @throws where the config no longer has it, as after a site was removed while its jobs were waiting
 */
export function siteById(id: string): Site {
  const site = byId.get(id);
  if (!site)
    throw new Error(`The site ${id} is not in the config any more: put it back or redrive its jobs.`);
  return site;
}
