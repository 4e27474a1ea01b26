import { postedCommands } from '../commands/catalogue.ts';
import { definition as crmEvent } from '../commands/crm-event.ts';
import type { Definition } from '../commands/definition.ts';
import { definition as passThrough } from '../commands/pass-through.ts';
import { eventReaders } from '../crm/events.ts';
import type { Site } from '../platform/config.ts';

/** What the plugin of a site makes of an event is its own affair; who sets it up has nothing to fill in. */
const relayedEvent: Definition = {
  ...crmEvent,
  summary: "Hand an event of the CRM on to the site's own plugin, where the site wants it.",
  parameters: {},
};

/**
 * What webhooks can be generated for a site: the commands of the catalogue, and for one that relays what its plugin
 * knows of them, what it takes besides, and its CRM's events.
 */
export function offeredTo({ target, crm }: Pick<Site, 'target' | 'crm'>): readonly Definition[] {
  if (!target) return postedCommands;
  return [
    ...postedCommands.filter(({ ofNoPlugin }) => !ofNoPlugin),
    ...(target.relay.secretIn ? [passThrough] : []),
    ...(target.relay.secretIn && Object.hasOwn(eventReaders, crm.kind) ? [relayedEvent] : []),
  ];
}
