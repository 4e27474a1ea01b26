import type { Job, TimedWorld } from '../jobs/apply.ts';
import { timeOf } from '../jobs/start-job.ts';
import { changeMember } from '../members/change-member.ts';
import { withOwnFields } from '../members/own-fields.ts';
import { writeFields } from '../members/write-fields.ts';
import { type Coupon, type OwnField, readMember } from '../store/members.ts';
import { readPaymentLink } from '../store/payment-links.ts';
import { openProvider } from './open-provider.ts';

/**
 * Takes a promotion code out of its contact's field once it can be used no more: it is used, or has expired. A field
 * that holds something else by now stays as it is.
 * @returns what was done, in words
 */
export async function lookAtCoupon(
  { contactId, receivedAt }: Job<unknown>,
  { provider: by, id }: { provider: string; id: string },
  world: TimedWorld,
): Promise<string> {
  const { site } = world;
  const link = await readPaymentLink({ site: site.id, provider: by, id });
  const name = link?.of ?? '';
  const member = await readMember(site.id, contactId);
  const coupon = member?.coupons?.[name];
  if (coupon?.id !== id) return 'the contact has another code by now, or none: nothing to do';
  const hasExpired = coupon.expiresAt <= timeOf({ receivedAt });
  if (!hasExpired && (await (await openProvider(site, by, world.remainingMs)).isUsable(id)))
    return `the code for ${name} is good still, until ${coupon.expiresAt}`;
  const cleared = await clearField(contactId, coupon, member?.ownFields ?? [], world);
  await changeMember(site, contactId, (was) => {
    const { [name]: known, ...others } = was?.coupons ?? {};
    return known?.id === id ? { changes: { coupons: others } } : undefined;
  });
  return `the code for ${name} ${hasExpired ? 'has expired' : 'is used'}; ${cleared}`;
}

async function clearField(
  contactId: string,
  { code, field }: Coupon,
  ownFields: readonly OwnField[],
  world: TimedWorld,
): Promise<string> {
  const contact = await world.crm.readContact(contactId);
  const { fields } = withOwnFields(contact?.fields ?? {}, ownFields, new Date().toISOString());
  if (fields[field] !== code) return `field ${field} does not hold it: left alone`;
  await writeFields(contactId, { [field]: { value: '', was: code } }, world);
  return `field ${field} is cleared`;
}
