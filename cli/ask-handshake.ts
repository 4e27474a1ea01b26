import type { Site } from '../functions/platform/config.ts';
import { UserError } from '../local/user-error.ts';
import type { Terminal } from './command.ts';
import { sha256Of } from './secrets.ts';

/**
 * Gets a site's handshake, which stands in no file: from the environment's LATCHKEY_HANDSHAKE, or from a person.
 * @throws UserError where there is none, or it is not the site's
 */
export async function askHandshake({ id, handshakes }: Site, terminal: Terminal): Promise<string> {
  const handshake = process.env.LATCHKEY_HANDSHAKE?.trim() || (await ask(id, terminal));
  if (handshakes.includes(sha256Of(handshake))) return handshake;
  throw new UserError(
    `This is no handshake of the site ${id}: its SHA-256 is not among the site's handshakes in the config.`,
  );
}

async function ask(site: string, terminal: Terminal): Promise<string> {
  try {
    return await terminal.askSecret(`Handshake of the site ${site} (not shown): `);
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    throw new UserError(`${cause.message} LATCHKEY_HANDSHAKE can hold the handshake instead.`, { cause });
  }
}
