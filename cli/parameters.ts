import { InvalidArgumentError } from 'commander';
import { definition as passThrough } from '../functions/commands/pass-through.ts';
import { UserError } from '../local/user-error.ts';

/** Collects what was given as `--parameter name=value`, as often as it is. */
export function collectParameter(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('It must be name=value.');
  return { ...before, [name]: value };
}

/** Reads a whole number that is 1 or more. */
export function readCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError('It must be a whole number, 1 or more.');
}

/** Reads a path, as it stands in an address. */
export function readPath(text: string): string {
  if (/^(\/(?!\.\.?(\/|$))[^/?#\s]+)+\/?$/.test(text)) return text;
  throw new InvalidArgumentError('It must be a path, such as /wp-json/hook, without . and .. in it.');
}

/**
 * The path that a webhook of this command has behind its handshake, if one was given.
 * @throws UserError where the command has no such path
 */
export function pathOf(command: string | undefined, path: string | undefined): { path?: string } {
  if (path === undefined) return {};
  if (command === passThrough.name) return { path };
  throw new UserError(
    `--path goes with --command ${passThrough.name}: other webhooks have a path of their own.`,
  );
}
