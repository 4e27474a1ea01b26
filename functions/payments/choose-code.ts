import type { Job } from '../jobs/apply.ts';
import { changeMember } from '../members/change-member.ts';
import type { Site } from '../platform/config.ts';
import { Rejected } from '../platform/errors.ts';
import type { Coupon, MemberItem } from '../store/members.ts';
import { planPart, readPlan, storePlan } from '../store/plans.ts';
import type { Promotion } from './promotion.ts';
import { newPromotionCode } from './promotion-code.ts';
import type { PaymentProvider } from './provider.ts';

const DAY_MS = 86_400_000;

/** A promotion of a site. @throws Rejected where it has none of this name */
export function promotionOf({ promotions }: Site, name: string): Promotion {
  const promotion = Object.hasOwn(promotions, name) ? promotions[name] : undefined;
  if (promotion) return promotion;
  const names = Object.keys(promotions).join(', ') || 'none';
  throw new Rejected(`the site has no promotion ${name}; it has: ${names}`);
}

type Choosing = {
  promotion: Promotion;
  member: MemberItem | undefined;
  provider: PaymentProvider;
  site: Site;
};

/** Decides on the code, and stores it as the job's plan and at the member: every repeat arrives at the same one. */
export async function chooseCode(
  job: Job<unknown>,
  name: string,
  { promotion, member, provider, site }: Choosing,
): Promise<Coupon> {
  const known = member?.coupons?.[name];
  if (known && (await isGood(known, provider))) return storePlan(job, known);
  const { discount, field } = promotion;
  const expiresAt = new Date(Date.now() + promotion.expiresAfterDays * DAY_MS).toISOString();
  const coupon = { code: newPromotionCode(promotion.prefix), discount, field, expiresAt, by: job.id };
  const isOurs = await changeMember(site, job.contactId, (was) =>
    was?.coupons?.[name]?.by === job.id
      ? undefined // our own write, whose answer was lost
      : {
          changes: { coupons: { ...was?.coupons, [name]: coupon } },
          also: [planPart(job, coupon)],
        },
  );
  return isOurs ? coupon : ((await readPlan<Coupon>(job)) as Coupon);
}

/** Whether a code can be used still; one that was never made at the provider will be. */
const isGood = async ({ expiresAt, id }: Coupon, provider: PaymentProvider): Promise<boolean> =>
  expiresAt > new Date().toISOString() && (id === undefined || provider.isUsable(id));
