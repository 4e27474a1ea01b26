import * as z from 'zod/mini';
import { tagChange } from '../platform/config-parts.ts';
import type { PaymentProvider } from './provider.ts';

/** What a provider's client is opened with. */
export type Opening<Credentials> = {
  credentials: Credentials;
  /** How long the work may still take, in ms: no request waits longer. */
  remainingMs: () => number;
};

/** What not every provider can do. */
export type Ability = 'pause' | 'charge' | 'promotionCodes';

/** A provider as `functions/payments/<name>/definition.ts` defines it: all that is needed to configure and open it. */
export type ProviderDefinition<
  Product extends z.ZodMiniType = z.ZodMiniType,
  Credentials extends z.ZodMiniType = z.ZodMiniType,
> = {
  /** What `provider` says in the config, and the path of its events: its folder's name. */
  name: string;
  /** What people call it. */
  title: string;
  /** A product that is sold through it, in the config; made by {@link productSettings}. */
  product: Product;
  /** What it cannot do, each with the reason that the webhook's record gives. */
  cannot: Partial<Record<Ability, string>>;
  /** What the site's SSM parameter of the provider's name holds. */
  credentials: Credentials;
  /** Opens its client, which is loaded only then. */
  open(opening: Opening<z.output<Credentials>>): Promise<PaymentProvider>;
};

/** Gives the definition back, with its types known. */
export const defineProvider = <Product extends z.ZodMiniType, Credentials extends z.ZodMiniType>(
  definition: ProviderDefinition<Product, Credentials>,
): ProviderDefinition<Product, Credentials> => definition;

/** Tags to give and take; nothing unless set. */
const tags = z._default(tagChange, { add: [], remove: [] });

/**
 * The settings that a product of every provider has.
 * @param item how the provider writes the ids of what is sold
 */
export const productSettings = <const Name extends string>(name: Name, item: z.ZodMiniType<string>) =>
  z.strictObject({
    provider: z.literal(name),
    /** What is sold, by the provider's ids: all of them are this product. */
    items: z.array(item).check(z.minLength(1, 'needs at least one id')),
    /** Give the last payment back when aal_revokesubscription ends the subscription. */
    refundOnRevoke: z._default(z.boolean(), false),
    tags: z._default(
      z.strictObject({
        /** When the access is over: revoked, or ended at the provider. */
        ended: tags,
        /** When a payment fails. */
        paymentFailed: tags,
        /** When it is paid after that. */
        paymentRecovered: tags,
      }),
      {
        ended: { add: [], remove: [] },
        paymentFailed: { add: [], remove: [] },
        paymentRecovered: { add: [], remove: [] },
      },
    ),
  });
