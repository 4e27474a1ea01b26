import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { postedCommands } from '../commands/catalogue.ts';
import { definition as passThrough } from '../commands/pass-through.ts';
import { eventReaders } from '../crm/events.ts';
import { bearerToken } from '../http/bearer-token.ts';
import { Problem } from '../http/problem.ts';
import { type Target, targets } from './targets.ts';

/** What a webhook's URL and method say: what it is for, and the handshake that came with it. */
export type Address = Target & {
  handshake: string | undefined;
  query: URLSearchParams;
  /** The path that it was found by; missing where the query names the command. */
  path?: string;
  /** What follows the handshake in the path of what is passed through, as it was written: `/wp-json/hook`. */
  rest?: string;
};

const commands = new Map(postedCommands.map((definition) => [definition.name, definition]));

/**
 * Reads a request's address. Three shapes: `/?<command>=<handshake>`, `<path>/<handshake>`, and `<path>` with
 * the handshake as a Bearer token. A path is `/<command>`, or another one that stands for it.
 * @throws Problem 404 for a command that is not in the catalogue, 400 for two commands in one URL
 */
export function readAddress(event: APIGatewayProxyEventV2): Address {
  const query = new URLSearchParams(event.rawQueryString);
  if (/[^/]/.test(event.rawPath)) {
    return { ...readPath(event.rawPath, bearerToken(event.headers.authorization)), query };
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

function readPath(rawPath: string, bearer: string | undefined): Omit<Address, 'query'> {
  const segments = rawPath
    .split('/')
    .filter((segment) => segment !== '')
    .map(decoded);
  const path = pathOf(segments);
  const whole = targets.get(path);
  if (whole) return { ...whole, path, handshake: bearer };
  const [before, handshake] = [pathOf(segments.slice(0, -1)), segments.at(-1)];
  const beforeHandshake = targets.get(before);
  if (beforeHandshake) return { ...beforeHandshake, path: before, handshake };
  const passed = targets.get(pathOf(segments.slice(0, 1)));
  if (passed?.definition !== passThrough) throw unknownCommand();
  if (segments.some(leadsUp)) {
    throw new Problem(400, 'The path may not hold . or .. as a segment: write it as the plugin has it.');
  }
  return {
    ...passed,
    path: pathOf(segments.slice(0, 1)),
    handshake: segments[1],
    // The slash at its end included: to WordPress and its host another path is another page.
    rest: rawPath.replace(/^\/*[^/]+\/+[^/]+/, ''),
  };
}

/** Whether a URL makes a step of it: it takes a backslash for a slash, and leaves tabs and ends of lines out. */
const leadsUp = (segment: string): boolean =>
  segment
    .replace(/[\t\n\r]/g, '')
    .split('\\')
    .some((part) => /^\.\.?$/.test(part));

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
