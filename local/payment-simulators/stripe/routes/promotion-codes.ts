import * as z from 'zod/mini';
import type { Routes } from '../../../crm-simulators/router.ts';
import type { StripeAccount } from '../account.ts';
import { checkParams, expandable, number, paged, text, whole } from '../form.ts';
import { newId } from '../ids.ts';
import type { Coupon, PromotionCode } from '../objects.ts';
import { InvalidParams, missing, Problem } from '../problem.ts';
import { listed, represent } from '../representation.ts';

const read = z.strictObject(expandable);
const couponCreation = z.strictObject({
  ...expandable,
  id: z.optional(text),
  name: z.optional(text.check(z.maxLength(40))),
  duration: z.optional(z.enum(['forever', 'once'])),
  percent_off: z.optional(number),
  amount_off: z.optional(whole),
  currency: z.optional(text),
});
const creation = z.strictObject({
  ...expandable,
  promotion: z.strictObject({ type: z.literal('coupon'), coupon: text }),
  code: text.check(z.regex(/^[A-Za-z0-9-]+$/)),
  customer: z.optional(text),
  max_redemptions: z.optional(whole),
  expires_at: z.optional(whole),
});
const list = z.strictObject({
  ...paged,
  code: z.optional(text),
  coupon: z.optional(text),
  customer: z.optional(text),
});

/** @see https://docs.stripe.com/api/promotion_codes */
export const promotionCodeRoutes = (account: StripeAccount): Routes => ({
  'POST /v1/coupons': ({ body }) => {
    const { expand: _, ...given } = checkParams(couponCreation, body);
    if ((given.percent_off === undefined) === (given.amount_off === undefined))
      throw new InvalidParams(400, 'You must pass either percent_off or amount_off.');
    const { id = newId('coupon') } = given;
    if (account.find('coupon', id))
      throw new Problem(400, 'Coupon already exists.', { code: 'resource_already_exists' });
    const coupon = account.put(
      {
        ...{ id, object: 'coupon', created: account.time, name: given.name ?? null },
        ...{ amount_off: given.amount_off ?? null, percent_off: given.percent_off ?? null },
        ...{ currency: given.currency ?? null, duration: given.duration ?? 'once', times_redeemed: 0 },
        ...{ valid: true, livemode: false, metadata: {} },
      } satisfies Coupon,
      'coupon.created',
    );
    return { status: 200, body: represent(account, coupon) };
  },

  'POST /v1/promotion_codes': ({ body }) => {
    const { promotion, code, customer, max_redemptions, expires_at } = checkParams(creation, body);
    if (!account.find('coupon', promotion.coupon))
      throw missing('coupon', promotion.coupon, 'promotion[coupon]', 400);
    if (customer !== undefined && !account.find('customer', customer))
      throw missing('customer', customer, 'customer', 400);
    if (expires_at !== undefined && expires_at <= account.time)
      throw new InvalidParams(400, 'The expiration must be in the future', { param: 'expires_at' });
    if (account.all('promotion_code').some((each) => each.active && isSame(each.code, code)))
      throw new Problem(400, `An active promotion code with \`code: ${code}\` already exists.`);
    const made = account.put(
      {
        ...{ id: newId('promo'), object: 'promotion_code', created: account.time, active: true, code },
        ...{ customer: customer ?? null, expires_at: expires_at ?? null },
        ...{ max_redemptions: max_redemptions ?? null, promotion, times_redeemed: 0 },
        ...{ livemode: false, metadata: {} },
      } satisfies PromotionCode,
      'promotion_code.created',
    );
    return { status: 200, body: represent(account, made) };
  },

  'GET /v1/promotion_codes': ({ body }) => {
    const { code, coupon, customer, ...page } = checkParams(list, body);
    const found = account
      .all('promotion_code')
      .filter(
        (each) =>
          (code === undefined || isSame(each.code, code)) &&
          (coupon === undefined || each.promotion.coupon === coupon) &&
          (customer === undefined || each.customer === customer),
      );
    return { status: 200, body: listed(account, '/v1/promotion_codes', found, page) };
  },

  'GET /v1/promotion_codes/{id}': ({ params, body }) => {
    const { expand } = checkParams(read, body);
    const found = account.get('promotion_code', params.id ?? '');
    return { status: 200, body: represent(account, found, Object.values(expand ?? {})) };
  },
});

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
