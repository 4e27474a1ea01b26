import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { Unavailable } from '../../../functions/platform/errors.ts';
import { guardedLookup, refusePrivateHost } from '../../../functions/relay/safe-address.ts';

/** What a name server says, whatever it is asked. */
const saying =
  (...addresses: string[]): LookupFunction =>
  (_hostname, { all }, callback) => {
    const found: LookupAddress[] = addresses.map((address) => ({ address, family: 4 }));
    if (all) return callback(null, found);
    callback(null, addresses[0] ?? '', 4);
  };

/** What a connection is given: an error, or addresses. */
const lookUp = (resolve: LookupFunction, all: boolean): Promise<unknown> =>
  new Promise((answer) =>
    guardedLookup(resolve)('academy.example.com', { all }, (error, found) => answer(error ?? found)),
  );

/** Whether a host that is the address, and a name that leads to it, are refused. */
async function refusals(address: string): Promise<boolean[]> {
  const { hostname } = new URL(`http://${address.includes(':') ? `[${address}]` : address}/`);
  let literal = false;
  try {
    refusePrivateHost(hostname);
  } catch (error) {
    literal = error instanceof Unavailable;
  }
  const looked = [lookUp(saying(address), false), lookUp(saying(address), true)];
  return [literal, ...(await Promise.all(looked)).map((answer) => answer instanceof Unavailable)];
}

/** The special-purpose registries of IANA, and ranges that lead to IPv4 or to nowhere. */
const PRIVATE = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4', '255.255.255.255/32'],
  ...['::/128', '::1/128', '::/96', '::ffff:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64'],
  ...['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10'],
  ...['fec0::/10', 'ff00::/8'],
];

/** An address of a range: its prefix, and any bits after it. */
function within(range: string, random: Uint8Array): string {
  const [prefix, length] = ipaddr.parseCIDR(range);
  const bytes = prefix.toByteArray().map((byte, index) => {
    const fixed = Math.min(Math.max(length - 8 * index, 0), 8);
    return byte | ((random[index] ?? 0) & (0xff >> fixed));
  });
  return ipaddr.fromByteArray(bytes).toString();
}

test('every address of the private and special ranges is refused, as a host and behind a name', () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...PRIVATE),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      async (range, random) => expect(await refusals(within(range, random))).toEqual([true, true, true]),
    ),
    { numRuns: 2_000 },
  ));

test.each(['169.254.169.254', '::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe', '2002:7f00:1::', '::7f00:1'])(
  '%s is refused',
  async (address) => expect(await refusals(address)).toEqual([true, true, true]),
);

test.each(['93.184.215.14', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111'])(
  '%s is an address of the internet',
  async (address) => {
    expect(await refusals(address)).toEqual([false, false, false]);
    expect(await lookUp(saying(address), true)).toEqual([{ address, family: 4 }]);
    expect(await lookUp(saying(address), false)).toBe(address);
  },
);

test.each(['2130706433', '0x7f.1', '0177.0.0.1', '127.1', '[::1]', '[::]', '127.0.0.1.'])(
  'http://%s is a private address in other words',
  (host) => expect(() => refusePrivateHost(new URL(`http://${host}`).hostname)).toThrow(Unavailable),
);

test.each(['academy.example.com', 'localhost', '10.0.0.1.example.com', 'fe80.example.com'])(
  'the name %s passes, to be looked at when it is looked up',
  (host) => expect(() => refusePrivateHost(host)).not.toThrow(),
);

test('one private address among public ones is enough: a connection may choose it', async () =>
  expect(await lookUp(saying('93.184.215.14', '10.0.0.7'), true)).toBeInstanceOf(Unavailable));

test('what is no address at all is refused', async () =>
  expect(await lookUp(saying('no address'), false)).toBeInstanceOf(Unavailable));

test.each([true, false])('a name that cannot be looked up stays one (all: %s)', async (all) => {
  const failure = Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' });
  const failing = ((_hostname, _options, callback) =>
    callback(failure, undefined as never)) as LookupFunction;
  expect(await lookUp(failing, all)).toBe(failure);
});

test('the refusal names the host and what mends it', async () =>
  expect(await lookUp(saying('10.0.0.7'), false)).toMatchObject({
    message:
      'academy.example.com is at a private address, which may be anything in this network: ' +
      'where that is meant, set allowPrivateAddresses in the config',
  }));
