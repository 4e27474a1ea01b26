import { expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { keepRequest } from '../../../functions/relay/kept-request.ts';
import { relaySchema, type SecretPlace } from '../../../functions/relay/settings.ts';
import { readAddress } from '../../../functions/webhooks/address.ts';
import { httpEvent } from '../../support/http-event.ts';

/** What is kept of a webhook that was posted to a path and query. */
function kept(url: string, secretIn?: SecretPlace) {
  const { pathname: path, search } = new URL(url, 'https://hooks.example.com');
  const event = httpEvent({ path, query: search.slice(1), body: 'id=1' }) as APIGatewayProxyEventV2;
  const relay = z.parse(relaySchema, { url: 'https://club.example.com/', secretIn });
  const { path: rest, query, secretIn: place } = keepRequest(event, readAddress(event), relay);
  return { path: rest, query, place };
}

const END: SecretPlace = { path: 'end' };

test.each([
  ['/?aal_updateuser=h&x=%20a', END, { query: 'x=%20a', place: { query: 'aal_updateuser' } }],
  ['/aal_updateuser/h?x=1', END, { query: 'x=1', place: { query: 'aal_updateuser' } }],
  ['/mbr/user/create/h?tid=7', undefined, { path: '/mbr/user/create', query: 'tid=7', place: END }],
  ['/relay/h', END, { query: '', place: END }],
  ['/relay/h/a%20b/c', END, { path: '/a%20b/c', query: '', place: END }],
  ['/relay/h/a?key=old&x=1', { query: 'key' }, { path: '/a', query: 'x=1', place: { query: 'key' } }],
  ['/relay/h?key=kept', { header: 'x-key' }, { query: 'key=kept', place: { header: 'x-key' } }],
  ['/events/activecampaign/h?a=1', END, { query: 'a=1', place: END }],
] as const)('of %s is kept what the plugin has to get', (url, secretIn, expected) => {
  expect(kept(url, secretIn)).toEqual(expected);
});

test.each(['/relay/h?x=1', '/events/activecampaign/h'])(
  '%s is refused where nothing says how the plugin takes its secret',
  (url) => {
    expect(() => kept(url)).toThrow('does not say where its plugin takes the secret');
  },
);

test('what no plugin knows is refused', () => {
  expect(() => kept('/?team_join=h')).toThrow("team_join is a command of Latchkey's own");
});
