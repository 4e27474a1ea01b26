import type { World } from '../jobs/apply.ts';
import type { MemberItem } from '../store/members.ts';
import { contactReference } from './contact-reference.ts';
import type { Buyer } from './provider.ts';

/** A contact as a payment provider may know it. The CRM is asked for the address where our copy has none. */
export const buyerOf = (
  contactId: string,
  provider: string,
  member: MemberItem | undefined,
  { site, crm }: World,
): Buyer => ({
  reference: contactReference(site.id, contactId),
  customer: member?.customers?.[provider],
  email: async () => member?.email || (await crm.readContact(contactId))?.email || undefined,
});
