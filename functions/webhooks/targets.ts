import { postedCommands } from '../commands/catalogue.ts';
import type { Definition } from '../commands/definition.ts';

/** What a webhook's path stands for. */
export type Target = { definition: Definition };

/**
 * Every path that webhooks are posted to, without the handshake that may follow it, and what it stands for.
 * The API's routes are made from it, and requests are understood by it.
 */
export const targets: ReadonlyMap<string, Target> = new Map(
  postedCommands.flatMap((definition) =>
    [`/${definition.name}`, ...(definition.paths ?? [])].map((path) => [path, { definition }] as const),
  ),
);
