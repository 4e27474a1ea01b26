import type { ContactView } from '../../local/crm-simulators/account/contacts-access.ts';
import type { Product } from '../../local/product.ts';
import type { Wrote } from '../history/event.ts';
import type { History } from '../history/history.ts';
import type { PlannedContact } from '../plan/contacts.ts';
import { emailOf } from '../plan/good-webhooks.ts';
import { SITES, type StormSite } from '../sites.ts';

/** What a contact's points are before the storm. */
export const FIRST_POINTS = '0';

/** Gives the simulated accounts the contacts of the plan, and notes what Latchkey writes to them from then on. */
export function settleIn(
  { simulators }: Pick<Product, 'simulators'>,
  planned: ReadonlyMap<string, readonly PlannedContact[]>,
  history: History,
): void {
  for (const site of SITES.filter(({ hasCrm }) => hasCrm)) {
    const { contacts } = simulatorOf({ simulators }, site.id);
    const known = new Map<string, ContactView>();
    for (const { id, password = '' } of planned.get(site.id) ?? []) {
      const fields = {
        [site.fields.points]: FIRST_POINTS,
        [site.fields.mark]: '',
        [site.fields.password]: password,
      };
      known.set(id, contacts.edit(id, { email: emailOf(site, id), firstName: nameOf(0), fields }));
    }
    contacts.onChange((contact, source) => {
      const before = known.get(contact.id);
      known.set(contact.id, contact);
      if (before && source === 'api') noteWrites(site, before, contact, history);
    });
  }
}

/** The first name that says which version of a contact this is. */
export const nameOf = (version: number): string => `v${version}`;

/** The version that a first name says; -1 for another name, or none. */
export const versionIn = (name: unknown): number => Number(/^v(\d+)$/.exec(String(name))?.[1] ?? -1);

/** The simulated CRM account of a site. @throws where it has none */
export function simulatorOf({ simulators }: Pick<Product, 'simulators'>, site: string) {
  const found = simulators.get(site);
  if (!found) throw new Error(`site ${site} has no simulated CRM`);
  return found;
}

function noteWrites(site: StormSite, before: ContactView, after: ContactView, history: History): void {
  for (const [field, id] of Object.entries(site.fields) as [Wrote['field'], string][]) {
    const [was = '', value = ''] = [before.fields[id], after.fields[id]];
    if (was !== value) history.add({ what: 'wrote', site: site.id, contact: after.id, field, was, value });
  }
}
