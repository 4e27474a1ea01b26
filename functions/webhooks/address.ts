import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { catalogue } from '../commands/catalogue.ts';
import type { Definition } from '../commands/definition.ts';
import { bearerToken } from '../http/bearer-token.ts';
import { Problem } from '../http/problem.ts';

/** What a webhook's URL and method say: which command, and the handshake that came with it. */
export type Address = { definition: Definition; handshake: string | undefined; query: URLSearchParams };

const commands = new Map(catalogue.map((definition) => [definition.name, definition]));

/**
 * Reads a request's address. Three shapes: `/?<command>=<handshake>`, `/<command>/<handshake>`, and
 * `/<command>` with the handshake as a Bearer token.
 * @throws Problem 404 for a command that is not in the catalogue, 400 for two commands in one URL
 */
export function readAddress(event: APIGatewayProxyEventV2): Address {
  const query = new URLSearchParams(event.rawQueryString);
  const segments = event.rawPath.split('/').filter((segment) => segment !== '');
  if (segments.length > 2) throw unknownCommand();
  const [inPath, handshakeInPath] = segments.map(decoded);
  if (inPath !== undefined) {
    const definition = commands.get(inPath);
    if (!definition) throw unknownCommand();
    return { definition, handshake: handshakeInPath ?? bearerToken(event.headers.authorization), query };
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

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a lone % matches no command and no handshake, and is answered as that
  }
}

function unknownCommand(): Problem {
  const known = catalogue.map(({ name }) => name).join(', ');
  return new Problem(404, `No such command. A URL ends in /?command=handshake; the commands are ${known}.`);
}
