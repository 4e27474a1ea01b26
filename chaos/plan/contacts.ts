import type { Random } from '../random.ts';
import { CANARY, LESSONS, type StormSite } from '../sites.ts';

const LEADERS = 3;

/** Shares of contacts that are what one in so many is. */
const EVERY_NTH_HAS_A_PASSWORD = 5;

/** A contact that webhooks are about, and what has been asked for it so far. */
export class PlannedContact {
  readonly id: string;
  readonly leads: boolean;
  /** A password that stands in its field before the storm. */
  readonly password: string | undefined;
  /** What its sender knows of it, where that is not in a CRM. */
  version = 0;
  lessons = 0;

  constructor(site: StormSite, index: number) {
    this.id = site.id === 'managed' ? `m${index}` : String(index);
    this.leads = index <= LEADERS;
    this.password =
      site.hasCrm && index % EVERY_NTH_HAS_A_PASSWORD === 0
        ? `${CANARY}-adopted-${site.id}-${index}`
        : undefined;
  }

  get hasLessonsLeft(): boolean {
    return this.lessons < LESSONS;
  }
}

/** The contacts of a site that take part. */
export const contactsOf = (site: StormSite): PlannedContact[] =>
  Array.from({ length: site.contacts }, (_, index) => new PlannedContact(site, index + 1));

/** Some have much more done to them than others: what waits for the same contact is where order shows. */
export function pickContact(random: Random, contacts: readonly PlannedContact[]): PlannedContact {
  const busy = contacts.slice(0, Math.ceil(contacts.length / 4));
  return random.pick(random.chance(0.5) ? busy : contacts);
}
