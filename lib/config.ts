import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { type Config, configSchema } from '../functions/platform/config.ts';
import { UserError } from '../local/user-error.ts';

const REPOSITORY_ROOT = resolve(import.meta.dirname, '..');

/** A config that cannot be used. Its message is written for the operator and stands without a stack trace. */
export class ConfigError extends UserError {
  override readonly name = 'ConfigError';
}

/**
 * Reads and checks the config.
 *
 * @param path the config file; default: the environment's LATCHKEY_CONFIG, else `latchkey.config.ts` in the
 *   repository's root. A relative path starts at the working directory.
 * @returns the config with every default filled in
 * @throws ConfigError when the file is missing, cannot be loaded or breaks the schema; the message then has
 *   one line for each problem, such as `sites[1].handshakes[0]: must be a SHA-256 in hex`
 */
export async function loadConfig(path?: string): Promise<Config> {
  const file = resolve(
    path ?? (process.env.LATCHKEY_CONFIG || resolve(REPOSITORY_ROOT, 'latchkey.config.ts')),
  );
  return checkConfig(await readDefaultExport(file), file);
}

/**
 * Checks a config that is already in memory.
 *
 * @param input what the config file exports
 * @param source the file's name, for the message
 * @throws ConfigError as {@link loadConfig} does
 */
export function checkConfig(input: unknown, source: string): Config {
  // zod/mini comes without messages ("Invalid input"); an operator needs words.
  z.config(en());
  const checked = configSchema.safeParse(input);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map(({ path, message }) => `  ${printPath(path)}: ${message}`);
  throw new ConfigError([`${source} cannot be used:`, ...problems].join('\n'));
}

async function readDefaultExport(file: string): Promise<unknown> {
  // Asked first, because a missing import inside the config reports the same error code as a missing config.
  await access(file).catch((cause: unknown) => {
    throw new ConfigError(`There is no config at ${file}. LATCHKEY_CONFIG names another place.`, { cause });
  });
  const module: { default?: unknown } = await import(pathToFileURL(file).href).catch((cause: unknown) => {
    throw new ConfigError(`${file} cannot be loaded: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  });
  if (module.default === undefined) throw new ConfigError(`${file} must export the config as its default.`);
  return module.default;
}

/** ['sites', 1, 'handshakes', 0] → `sites[1].handshakes[0]`, as it is written in the config file. */
const printPath = (path: readonly PropertyKey[]): string =>
  path
    .map((key, depth) => (typeof key === 'number' ? `[${key}]` : `${depth ? '.' : ''}${String(key)}`))
    .join('') || 'the config';
