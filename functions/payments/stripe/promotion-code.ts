import { createHash } from 'node:crypto';
import type SDK from 'stripe';
import type { Discount, NewPromotionCode } from '../provider.ts';
import { isMissing, isRefusal } from './errors.ts';
import { isId } from './find.ts';
import { once } from './once.ts';
import { PAGE } from './pages.ts';

const LONGEST_NAME = 40; // Stripe's limit for a coupon's name

/**
 * Makes a promotion code, good once and for its customer, of a coupon that is made where it is missing.
 * @returns its id; that of the one which the customer has by this code already, if so
 */
export async function makePromotionCode(sdk: SDK, promotion: NewPromotionCode, key: string): Promise<string> {
  const { code, customer, expiresAt } = promotion;
  const coupon = await makeCoupon(sdk, promotion, key);
  try {
    const made = await once(key, (options) =>
      sdk.promotionCodes.create(
        {
          promotion: { type: 'coupon', coupon },
          code,
          customer,
          max_redemptions: 1,
          expires_at: Math.floor(Date.parse(expiresAt) / 1000),
        },
        options,
      ),
    );
    return made.id;
  } catch (error) {
    // That a code exists already is refused without a code of Stripe's, so it is looked up.
    const present = isRefusal(error) && (await findCode(sdk, { code, customer, coupon }));
    if (!present) throw error;
    return present;
  }
}

/** Whether a promotion code can still be used. */
export async function isStillGood(sdk: SDK, id: string): Promise<boolean> {
  if (!isId(id)) return false;
  try {
    const { active, expires_at, max_redemptions, times_redeemed } = await sdk.promotionCodes.retrieve(id);
    const isExpired = expires_at !== null && expires_at * 1000 <= Date.now();
    return active && !isExpired && times_redeemed < (max_redemptions ?? Number.POSITIVE_INFINITY);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** The id of the coupon, which tells what it takes off: under the same name another discount is another coupon. */
async function makeCoupon(
  sdk: SDK,
  { discountName, discount }: NewPromotionCode,
  key: string,
): Promise<string> {
  const takesOff = toStripe(discount);
  const hash = createHash('sha256').update(JSON.stringify(takesOff)).digest('hex').slice(0, 8);
  const id = `latchkey-${discountName.replaceAll(/[^\w-]+/g, '-')}-${hash}`;
  try {
    await once(`${key}:coupon`, (options) =>
      sdk.coupons.create(
        { id, name: discountName.slice(0, LONGEST_NAME), duration: 'once', ...takesOff },
        options,
      ),
    );
  } catch (error) {
    if (!isRefusal(error) || error.code !== 'resource_already_exists') throw error;
  }
  return id;
}

const toStripe = (discount: Discount): SDK.CouponCreateParams =>
  'percentOff' in discount
    ? { percent_off: discount.percentOff }
    : { amount_off: discount.amountOff, currency: discount.currency.toLowerCase() };

/** A customer's promotion code of this coupon; of several, the one that is active. */
async function findCode(
  sdk: SDK,
  which: { code: string; customer: string; coupon: string },
): Promise<string | undefined> {
  const { data } = await sdk.promotionCodes.list({ ...which, limit: PAGE });
  return (data.find(({ active }) => active) ?? data[0])?.id;
}
