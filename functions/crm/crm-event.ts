import type { Body } from '../webhooks/body.ts';
import type { Values } from '../webhooks/values.ts';

/** What an event webhook of a CRM says beside its contact. */
export type CrmEvent = {
  /** What happened, in the CRM's own word. */
  type?: string | undefined;
  /** The tag that it is about, as a site's `genpassOnTags` names it. */
  tag?: string | undefined;
  /** Who or what did it, in the CRM's own word. */
  initiatedFrom?: string | undefined;
  /** Whether the contact has gained a tag: this one, or one that the event does not name. */
  gainedTag?: 'named' | 'unnamed';
  /** The ids that it brings are of something else than contacts. */
  notOfContacts?: true;
};

/**
 * Reads an event webhook, as `functions/crm/<folder>/events.ts` does for each CRM that sends them. Receiving
 * has it in its bundle, so such a file imports no client.
 */
export type ReadEvent = (values: Values, body: Body) => CrmEvent;
