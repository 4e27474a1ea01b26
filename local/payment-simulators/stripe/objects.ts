/** Seconds since 1970. */
type Time = number;
type Metadata = Record<string, string>;

export type Customer = {
  id: string;
  object: 'customer';
  created: Time;
  email: string | null;
  name: string | null;
  default_source: null;
  invoice_settings: { default_payment_method: string | null };
  livemode: false;
  metadata: Metadata;
  deleted?: true;
};

export type SubscriptionItem = {
  id: string;
  object: 'subscription_item';
  subscription: string;
  quantity: number;
  current_period_start: Time;
  current_period_end: Time;
  price: {
    id: string;
    object: 'price';
    product: string;
    currency: string;
    unit_amount: number;
    recurring: { interval: 'month'; interval_count: 1 };
  };
};

export type SubscriptionStatus =
  | 'active'
  | 'trialing'
  | 'past_due'
  | 'unpaid'
  | 'incomplete'
  | 'incomplete_expired'
  | 'paused'
  | 'canceled';

export type Subscription = {
  id: string;
  object: 'subscription';
  created: Time;
  customer: string;
  status: SubscriptionStatus;
  currency: string;
  collection_method: 'charge_automatically';
  cancel_at: Time | null;
  cancel_at_period_end: boolean;
  canceled_at: Time | null;
  ended_at: Time | null;
  default_payment_method: string | null;
  default_source: null;
  latest_invoice: string | null;
  pause_collection: { behavior: string; resumes_at: null } | null;
  items: SubscriptionItem[];
  livemode: false;
  metadata: Metadata;
};

export type Invoice = {
  id: string;
  object: 'invoice';
  created: Time;
  customer: string;
  status: 'open' | 'paid' | 'void' | 'uncollectible';
  currency: string;
  amount_due: number;
  amount_paid: number;
  amount_remaining: number;
  total: number;
  attempt_count: number;
  attempted: boolean;
  collection_method: 'charge_automatically';
  default_payment_method: string | null;
  default_source: null;
  parent: {
    type: 'subscription_details';
    quote_details: null;
    subscription_details: { subscription: string; metadata: Metadata };
  };
  status_transitions: Record<'paid_at' | 'voided_at' | 'marked_uncollectible_at', Time | null>;
  livemode: false;
  metadata: Metadata;
};

export type PaymentIntent = {
  id: string;
  object: 'payment_intent';
  created: Time;
  customer: string;
  amount: number;
  amount_received: number;
  currency: string;
  latest_charge: string;
  status: 'succeeded';
  livemode: false;
  metadata: Metadata;
};

export type Charge = {
  id: string;
  object: 'charge';
  created: Time;
  customer: string;
  amount: number;
  amount_captured: number;
  amount_refunded: number;
  captured: true;
  currency: string;
  paid: true;
  /** Null for one that was made without an intent. */
  payment_intent: string | null;
  refunded: boolean;
  status: 'succeeded';
  livemode: false;
  metadata: Metadata;
};

export type InvoicePayment = {
  id: string;
  object: 'invoice_payment';
  created: Time;
  invoice: string;
  amount_paid: number;
  amount_requested: number;
  currency: string;
  is_default: boolean;
  payment: { type: 'payment_intent'; payment_intent: string } | { type: 'charge'; charge: string };
  status: 'paid';
  status_transitions: { canceled_at: null; paid_at: Time };
  livemode: false;
};

export type Refund = {
  id: string;
  object: 'refund';
  created: Time;
  amount: number;
  charge: string;
  payment_intent: string | null;
  currency: string;
  reason: string | null;
  status: 'succeeded';
  metadata: Metadata;
};

export type Coupon = {
  id: string;
  object: 'coupon';
  created: Time;
  name: string | null;
  amount_off: number | null;
  percent_off: number | null;
  currency: string | null;
  duration: string;
  times_redeemed: number;
  valid: boolean;
  livemode: false;
  metadata: Metadata;
};

export type PromotionCode = {
  id: string;
  object: 'promotion_code';
  created: Time;
  active: boolean;
  code: string;
  customer: string | null;
  expires_at: Time | null;
  max_redemptions: number | null;
  promotion: { type: 'coupon'; coupon: string };
  times_redeemed: number;
  livemode: false;
  metadata: Metadata;
};

export type Event = {
  id: string;
  object: 'event';
  created: Time;
  api_version: string;
  data: { object: unknown };
  livemode: false;
  pending_webhooks: number;
  request: { id: null; idempotency_key: null };
  type: string;
};

/** What an account holds, by what Stripe calls it. */
export type Kinds = {
  customer: Customer;
  subscription: Subscription;
  invoice: Invoice;
  payment_intent: PaymentIntent;
  charge: Charge;
  invoice_payment: InvoicePayment;
  refund: Refund;
  coupon: Coupon;
  promotion_code: PromotionCode;
};
export type Kind = keyof Kinds;
export type StripeObject = Kinds[Kind];
