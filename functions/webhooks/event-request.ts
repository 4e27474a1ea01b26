import { definition as genpass } from '../commands/aal-genpass.ts';
import { definition as crmEvent } from '../commands/crm-event.ts';
import type { Definition } from '../commands/definition.ts';
import { definition as genpassIfTagged } from '../commands/genpass-if-tagged.ts';
import type { CrmEvent } from '../crm/crm-event.ts';
import { eventReaders } from '../crm/events.ts';
import { Problem } from '../http/problem.ts';
import type { Site } from '../platform/config.ts';
import type { Body } from './body.ts';
import { startsGenpass } from './starts-genpass.ts';
import type { Values } from './values.ts';

/** A command, and the values that its parameters are looked up in. */
export type Request = { definition: Definition; values: Pick<Values, 'anywhere'> };

/**
 * What an event webhook asks for: to mark its contact as changed, or, where it has gained a tag of the site's
 * `genpassOnTags`, genpass.
 * @param kind the CRM whose event it is said to be
 * @throws Problem 422 where it is no event of a contact
 */
export function requestOfEvent(kind: string, site: Site, values: Values, body: Body): Request {
  const event = eventReaders[kind]?.(values, body) ?? {};
  if (event.notOfContacts) {
    throw new Problem(422, 'This event is not about contacts: its hook does nothing here, remove it.');
  }
  const said = new Map(Object.entries({ type: event.type, tag: event.tag }));
  return { definition: commandFor(event, site), values: { anywhere: (name) => said.get(name) } };
}

function commandFor({ tag = '', gainedTag }: CrmEvent, site: Site): Definition {
  if (gainedTag === 'named' && startsGenpass(site, tag)) return genpass;
  if (gainedTag === 'unnamed' && site.genpassOnTags.length > 0) return genpassIfTagged;
  return crmEvent;
}

/**
 * Refuses events of a CRM that the site's contacts are not in: its ids would be those of other people.
 * @throws Problem 422
 */
export function refuseOtherCrm(kind: string, { crm }: Site): void {
  if (kind === crm.kind) return;
  const where = Object.hasOwn(eventReaders, crm.kind)
    ? `its events go to /events/${crm.kind}`
    : 'whose events are not read';
  throw new Problem(422, `The contacts of this site are in ${crm.kind}, not in ${kind}: ${where}.`);
}
