import { postedCommands } from '../commands/catalogue.ts';
import { definition as crmEvent } from '../commands/crm-event.ts';
import type { Definition } from '../commands/definition.ts';
import { definition as passThrough } from '../commands/pass-through.ts';
import { eventReaders } from '../crm/events.ts';

/** What a webhook's path stands for: a command, the events of a kind of CRM, or whatever the site's plugin takes. */
export type Target = { definition: Definition; eventsOf?: string };

const ofCommands = [...postedCommands, passThrough].flatMap((definition) =>
  [...(definition.internal ? [] : [`/${definition.name}`]), ...(definition.paths ?? [])].map(
    (path): [string, Target] => [path, { definition }],
  ),
);

const ofEvents = Object.keys(eventReaders).map((kind): [string, Target] => [
  `/events/${kind}`,
  { definition: crmEvent, eventsOf: kind },
]);

/**
 * Every path that webhooks are posted to, without the handshake that may follow it, and what it stands for.
 * The API's routes are made from it, and requests are understood by it.
 */
export const targets: ReadonlyMap<string, Target> = new Map([...ofCommands, ...ofEvents]);
