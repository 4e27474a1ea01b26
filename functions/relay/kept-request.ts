import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { definition as passThrough } from '../commands/pass-through.ts';
import { Problem } from '../http/problem.ts';
import type { Address } from '../webhooks/address.ts';
import { bytesOf } from '../webhooks/body.ts';
import { withoutParameter } from './query.ts';
import type { RelaySettings, SecretPlace } from './settings.ts';

/** A webhook's request as it came in, without the handshake: what is handed to the site's plugin word for word. */
export type KeptRequest = {
  method: string;
  /** What is added to the path of the plugin's address, such as `/mbr/user/create`. */
  path?: string;
  /** As it was written, without the parameter of the secret. */
  query: string;
  contentType?: string;
  body?: Uint8Array;
  /** Where the plugin's secret goes. */
  secretIn: SecretPlace;
};

/**
 * Keeps a request for the plugin. A command of the catalogue is handed on in the shape that its plugin has for it,
 * whichever of ours it came in; what else comes keeps the shape that its sender gave it.
 * @throws Problem 422 where nothing says how the plugin takes it
 */
export function keepRequest(
  event: APIGatewayProxyEventV2,
  address: Address,
  relay: RelaySettings,
): KeptRequest {
  const secretIn = secretPlaceOf(address, relay);
  const path = address.rest ?? pathOfPlugin(address);
  const { rawQueryString: query } = event;
  const contentType = event.headers['content-type'];
  const body = bytesOf(event);
  return {
    method: event.requestContext.http.method,
    ...(path && { path }),
    query: 'query' in secretIn ? withoutParameter(query, secretIn.query) : query,
    ...(contentType !== undefined && { contentType }),
    ...(body.length > 0 && { body: new Uint8Array(body) }),
    secretIn,
  };
}

const isPassedOn = ({ definition, eventsOf }: Address): boolean =>
  definition.name === passThrough.name || eventsOf !== undefined;

/** The path that a command of the catalogue has in its plugin; `/relay` and `/events/…` are Latchkey's own. */
const pathOfPlugin = (address: Address): string | undefined =>
  isPassedOn(address) ? undefined : address.definition.paths?.find((path) => path === address.path);

function secretPlaceOf(address: Address, { secretIn }: RelaySettings): SecretPlace {
  const { name, ofNoPlugin } = address.definition;
  if (ofNoPlugin) throw new Problem(422, `${name} is a command of Latchkey's own: no plugin knows it.`);
  if (!isPassedOn(address)) return pathOfPlugin(address) === undefined ? { query: name } : { path: 'end' };
  if (secretIn) return secretIn;
  throw new Problem(
    422,
    "The config of this site does not say where its plugin takes the secret: set secretIn of the site's relay.",
  );
}
