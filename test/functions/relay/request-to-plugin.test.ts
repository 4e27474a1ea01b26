import { expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { keepRequest } from '../../../functions/relay/kept-request.ts';
import { nameOf, requestToPlugin } from '../../../functions/relay/request-to-plugin.ts';
import type { RelaySettings, SecretPlace } from '../../../functions/relay/settings.ts';
import { readAddress } from '../../../functions/webhooks/address.ts';
import { httpEvent } from '../../support/http-event.ts';

/** What becomes of a request to Latchkey: the plugin's address with its secret, and how the record calls it. */
function handedOn(path: string, secretIn: SecretPlace) {
  const event = httpEvent({ path }) as APIGatewayProxyEventV2;
  const kept = keepRequest(event, readAddress(event), { secretIn } as RelaySettings);
  const { url } = requestToPlugin(kept, 'https://academy.example.com/wp/', { secret: 'its/own', id: '01' });
  return { url: url.href, name: nameOf(kept) };
}

const END = { path: 'end' } as const;
const KEY = { query: 'key' } as const;

test.each([
  ["ActiveMember360's path", '/mbr/user/create/hs', KEY, 'mbr/user/create/its%2Fown', '/mbr/user/create'],
  ['what is passed through', '/relay/hs', KEY, '?key=its%2Fown', '/'],
  ['with the secret at the end of the path', '/relay/hs', END, 'its%2Fown', '/'],
  ['an event, with the secret there', '/events/activecampaign/hs', END, 'its%2Fown', '/'],
  [
    'a path of its own',
    '/relay/hs/wp-json/ada%40example.com',
    KEY,
    'wp-json/ada%40example.com?key=its%2Fown',
    '/…',
  ],
  ['a path with a slash at its end', '/relay/hs/hook/', KEY, 'hook/?key=its%2Fown', '/…'],
  ['that, and the secret behind it', '/relay/hs/hook/', END, 'hook/its%2Fown', '/…'],
] as const)(
  '%s leads to the plugin, and nothing of its sender shows in the record',
  (_, path, secretIn, url, name) => {
    expect(handedOn(path, secretIn)).toEqual({
      url: `https://academy.example.com/wp/${url}`,
      name: `POST ${name}`,
    });
  },
);
