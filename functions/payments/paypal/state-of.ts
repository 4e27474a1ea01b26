import {
  type Subscription as Answer,
  type SubscriptionBillingInformation,
  SubscriptionStatus,
  TenureType,
} from '@paypal/paypal-server-sdk';
import { isContactReference } from '../contact-reference.ts';
import type { Subscription, SubscriptionState } from '../provider.ts';

/** What PayPal says of a subscription, in our words; undefined of one that nobody has agreed to yet. */
export function toSubscription(answer: Answer): Subscription | undefined {
  const { id, planId, customId, billingInfo, statusUpdateTime } = answer;
  const state = stateOf(answer);
  if (!id || !state) return undefined;
  const paidUntil = state === 'past_due' ? undefined : billingInfo?.nextBillingTime;
  return {
    id,
    state,
    ...(paidUntil && { paidUntil: isoTime(paidUntil) }),
    ...(state === 'ended' && statusUpdateTime && { endsAt: isoTime(statusUpdateTime) }),
    // Unlike one that has expired, it had more to come. PayPal has forgotten until when it is paid.
    ...(answer.status === SubscriptionStatus.Cancelled && { isPaidOut: true }),
    items: planId ? [planId] : [],
    ...(customId && isContactReference(customId) && { reference: customId }),
  };
}

function stateOf({ status, billingInfo }: Answer): SubscriptionState | undefined {
  switch (status) {
    case SubscriptionStatus.Cancelled:
    case SubscriptionStatus.Expired:
      return 'ended';
    case SubscriptionStatus.Suspended:
      // PayPal suspends by itself after as many failures as the plan allows.
      return hasFailed(billingInfo) ? 'past_due' : 'paused';
    case SubscriptionStatus.Active:
    case SubscriptionStatus.Approved:
      if (hasFailed(billingInfo) || isOwing(billingInfo)) return 'past_due';
      return isOnTrial(billingInfo) ? 'trialing' : 'active';
    default:
      return undefined;
  }
}

/** As times are written elsewhere: PayPal leaves fractions of seconds out, and such times cannot be compared as text. */
const isoTime = (text: string): string => new Date(text).toISOString();

const hasFailed = (billing?: SubscriptionBillingInformation): boolean =>
  (billing?.failedPaymentsCount ?? 0) > 0;

const isOwing = (billing?: SubscriptionBillingInformation): boolean =>
  Number(billing?.outstandingBalance.value ?? 0) > 0;

/**
 * PayPal counts a cycle as completed when it begins (seen, against what the word says): in a trial of one cycle,
 * that one counts from its first day. So a trial lasts until the first regular cycle counts.
 */
function isOnTrial(billing?: SubscriptionBillingInformation): boolean {
  const cycles = billing?.cycleExecutions ?? [];
  const has = (tenure: TenureType, completed: number): boolean =>
    cycles.some(({ tenureType, cyclesCompleted }) => tenureType === tenure && cyclesCompleted >= completed);
  return has(TenureType.Trial, 0) && !has(TenureType.Regular, 1);
}
