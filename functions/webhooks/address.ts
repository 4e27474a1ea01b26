import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { postedCommands } from '../commands/catalogue.ts';
import { eventReaders } from '../crm/events.ts';
import { bearerToken } from '../http/bearer-token.ts';
import { Problem } from '../http/problem.ts';
import { type Target, targets } from './targets.ts';

/** What a webhook's URL and method say: what it is for, and the handshake that came with it. */
export type Address = Target & { handshake: string | undefined; query: URLSearchParams };

const commands = new Map(postedCommands.map((definition) => [definition.name, definition]));

/**
 * Reads a request's address. Three shapes: `/?<command>=<handshake>`, `<path>/<handshake>`, and `<path>` with
 * the handshake as a Bearer token. A path is `/<command>`, or another one that stands for it.
 * @throws Problem 404 for a command that is not in the catalogue, 400 for two commands in one URL
 */
export function readAddress(event: APIGatewayProxyEventV2): Address {
  const query = new URLSearchParams(event.rawQueryString);
  const segments = event.rawPath.split('/').filter((segment) => segment !== '');
  if (segments.length > 0) {
    return { ...readPath(segments.map(decoded), bearerToken(event.headers.authorization)), query };
  }
  const named = [...new Set(query.keys())].filter((key) => commands.has(key));
  if (named.length > 1) {
    throw new Problem(
      400,
      `The URL names ${named.length} commands (${named.join(', ')}): a webhook carries one.`,
    );
  }
  const definition = commands.get(named[0] ?? '');
  if (!definition) throw unknownCommand();
  return { definition, handshake: query.get(definition.name)?.trim(), query };
}

function readPath(segments: string[], bearer: string | undefined): Omit<Address, 'query'> {
  const whole = targets.get(pathOf(segments));
  if (whole) return { ...whole, handshake: bearer };
  const beforeHandshake = targets.get(pathOf(segments.slice(0, -1)));
  if (!beforeHandshake) throw unknownCommand();
  return { ...beforeHandshake, handshake: segments.at(-1) };
}

const pathOf = (segments: readonly string[]): string => `/${segments.join('/')}`;

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a lone % matches no command and no handshake, and is answered as that
  }
}

function unknownCommand(): Problem {
  const known = postedCommands.map(({ name }) => name).join(', ');
  const kinds = Object.keys(eventReaders).join(', ');
  return new Problem(
    404,
    `No such command. A URL ends in /?command=handshake; the commands are ${known}. ` +
      `A CRM's events go to /events/CRM/handshake, for ${kinds}.`,
  );
}
