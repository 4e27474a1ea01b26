import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Unavailable } from '../platform/errors.ts';

/**
 * A look-up for connections that gives addresses of the public internet only. Node connects to what it gives and
 * looks nothing up again, so a name that changes its mind after a check (DNS rebinding) reaches nothing private.
 * Node does not call it for hosts that are addresses already: see `refusePrivateHost`.
 * @param resolve what looks names up
 * @returns a look-up that fails with Unavailable where any address of the name is private
 */
export const guardedLookup =
  (resolve: LookupFunction = lookup): LookupFunction =>
  (hostname, options, callback) =>
    resolve(hostname, options, (error, found, family) => {
      const addresses = typeof found === 'string' ? [found] : (found ?? []).map(({ address }) => address);
      const refused = error === null && !addresses.every(isPublic);
      callback(refused ? privateAddress(hostname) : error, found, family);
    });

/**
 * Refuses a host that is a private address itself. Names pass: they are for `guardedLookup`.
 * @param hostname as `URL` has it, IPv6 in brackets
 * @throws Unavailable
 */
export function refusePrivateHost(hostname: string): void {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0 && !isPublic(host)) throw privateAddress(hostname);
}

/** All that IANA has given out of IPv6 for the public internet; the rest, `::127.0.0.1` included, is none. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** What is no plain address of the internet is refused, what holds an IPv4 address (mapped, NAT64, 6to4) too. */
function isPublic(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || address.match(GLOBAL_IPV6);
}

const privateAddress = (hostname: string): Unavailable =>
  new Unavailable(
    `${hostname} is at a private address, which may be anything in this network: ` +
      'where that is meant, set allowPrivateAddresses in the config',
  );
