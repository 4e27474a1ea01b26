import { createHash } from 'node:crypto';
import sites from '#sites';
import type { Site } from './config.ts';

const byId = new Map(sites.map((site) => [site.id, site]));
const byHandshakeHash = new Map(sites.flatMap((site) => site.handshakes.map((hash) => [hash, site])));

/**
 * The site a handshake belongs to, or undefined. Only hashes are held and looked up: what a clock could
 * tell an attacker is about the SHA-256 of a guess, which says nothing about the next guess.
 */
export function siteOfHandshake(handshake: string | undefined): Site | undefined {
  if (!handshake?.trim()) return undefined;
  return byHandshakeHash.get(createHash('sha256').update(handshake).digest('hex'));
}

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
