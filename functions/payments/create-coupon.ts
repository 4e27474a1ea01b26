import { definition as look } from '../commands/coupon-look.ts';
import type { Job, TimedWorld, World } from '../jobs/apply.ts';
import { startPartAt } from '../jobs/start-job.ts';
import { changeMember } from '../members/change-member.ts';
import { writeFields } from '../members/write-fields.ts';
import type { Site } from '../platform/config.ts';
import { type Coupon, type MemberItem, readMember } from '../store/members.ts';
import { paymentLinkPart } from '../store/payment-links.ts';
import { buyerOf } from './buyer.ts';
import { chooseCode, promotionOf } from './choose-code.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { openProvider } from './open-provider.ts';
import type { Promotion } from './promotion.ts';
import type { PaymentProvider } from './provider.ts';

/**
 * Makes a one-time code of a promotion for a contact, and writes it into the promotion's field. A contact whose code is
 * good still, neither used nor expired, keeps that one.
 * @returns what was done, in words; never the code
 */
export async function createCoupon(job: Job<unknown>, name: string, world: TimedWorld): Promise<string> {
  const { contactId } = job;
  const { site } = world;
  const promotion = promotionOf(site, name);
  const provider = await openProvider(site, promotion.provider, world.remainingMs);
  const member = await readMember(site.id, contactId);

  const chosen =
    (job.plan as Coupon | undefined) ?? (await chooseCode(job, name, { promotion, member, provider, site }));
  if (chosen.id === undefined) await makeCode(job, name, { chosen, promotion, provider, member, world });
  const { field, expiresAt, by } = chosen;
  await writeFields(
    contactId,
    { [field]: { value: chosen.code, was: member?.fields?.[field] ?? '' } },
    world,
  );
  const which = by === job.id ? 'a new code' : 'the code that it has';
  return `${which} for ${name}, good until ${expiresAt}, is in field ${field}`;
}

type Making = {
  chosen: Coupon;
  promotion: Promotion;
  provider: PaymentProvider;
  member: MemberItem | undefined;
  world: World;
};

/** Makes the code at the provider, for the contact's customer there, and notes that. */
async function makeCode(
  job: Job<unknown>,
  name: string,
  { chosen, promotion, provider, member, world }: Making,
): Promise<void> {
  const { contactId } = job;
  const { site } = world;
  const { code, discount, expiresAt } = chosen;
  const buyer = buyerOf(contactId, promotion.provider, member, world);
  const customer = await provider.customerOf(buyer, idempotencyKey(job, 'customer'));
  const id = await provider.createPromotionCode(
    { code, customer, discountName: `${site.id}-${name}`, discount, expiresAt },
    idempotencyKey(job, 'code'),
  );
  await noteCoupon(site, contactId, { name, provider: promotion.provider, customer }, { ...chosen, id });
}

/** Notes what the provider calls the code, and has it looked at when it expires. */
async function noteCoupon(
  site: Site,
  contactId: string,
  { name, provider, customer }: { name: string; provider: string; customer: string },
  coupon: Coupon & { id: string },
): Promise<void> {
  const { id, expiresAt } = coupon;
  const expiry = { site: site.id, command: look.name, contactId, parameters: { provider, id } };
  await changeMember(site, contactId, (was) =>
    was?.coupons?.[name]?.id === id
      ? undefined
      : {
          changes: {
            coupons: { ...was?.coupons, [name]: coupon },
            customers: { ...was?.customers, [provider]: customer },
          },
          also: [
            paymentLinkPart({ site: site.id, provider, id }, { contactId, of: name }),
            startPartAt(expiry, expiresAt, site),
          ],
        },
  );
}
