import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import { paymentLinkKey } from './keys.ts';
import { inTable, readItem } from './table.ts';

/** Whose a subscription or a promotion code is, and of which product or promotion of the site. */
export type PaymentLink = { contactId: string; of: string };

/** What names something at a payment provider. */
export type AtProvider = { site: string; provider: string; id: string };

/** Reads whose something is, up to date; undefined where that is not known. */
export const readPaymentLink = ({ site, provider, id }: AtProvider): Promise<PaymentLink | undefined> =>
  readItem<PaymentLink>(paymentLinkKey(site, provider, id));

/** Writes down whose something is. */
export async function writePaymentLink(at: AtProvider, link: PaymentLink): Promise<void> {
  await dynamo.send(new PutCommand(paymentLinkPart(at, link).Put));
}

/** The part of a transaction that says whose something is. */
export const paymentLinkPart = ({ site, provider, id }: AtProvider, link: PaymentLink) => ({
  Put: { ...inTable(), Item: { ...paymentLinkKey(site, provider, id), ...link } },
});
