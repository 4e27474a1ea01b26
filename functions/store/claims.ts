import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Webhook } from '../webhooks/webhook.ts';
import { claimKey } from './keys.ts';
import { inTable } from './table.ts';

/** Who has claimed an identity. */
export type Claim = Pick<Webhook, 'id' | 'receivedAt'>;

/**
 * The part of a transaction by which a webhook claims its identity. The webhook's record is the other part: a claim
 * without a record would make a duplicate of what is sent again because it was never taken.
 *
 * It is refused where another webhook has claimed it that came within the window, before or after: those that
 * are recorded late come out of order. A refused claim leaves the other as it is.
 * @param expiresAt when it may go, in seconds since 1970
 */
export const claimPart = (
  webhook: Webhook & { identity: string },
  { windowSeconds, expiresAt }: { windowSeconds: number; expiresAt: number },
) => ({
  Put: {
    ...inTable(),
    Item: { ...claimKey(webhook), webhook: webhook.id, receivedAt: webhook.receivedAt, expiresAt },
    // Of what has expired the record may go first: written again, it meets its own claim.
    ConditionExpression:
      'attribute_not_exists(pk) OR webhook = :id OR receivedAt < :from OR receivedAt > :to',
    ExpressionAttributeValues: {
      ':id': webhook.id,
      ':from': secondsFrom(webhook.receivedAt, -windowSeconds),
      ':to': secondsFrom(webhook.receivedAt, windowSeconds),
    },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  },
});

const secondsFrom = (iso: string, seconds: number): string =>
  new Date(Date.parse(iso) + seconds * 1000).toISOString();

/** The claim that a refused one met, as DynamoDB's errors show items. */
export const claimIn = (item: Record<string, AttributeValue> = {}): Claim => ({
  id: item.webhook?.S ?? '',
  receivedAt: item.receivedAt?.S ?? '',
});

/** How a webhook's record says that it is a duplicate: "identical to 01M8…, 12 s earlier". */
export function identicalTo(first: Claim, { receivedAt }: Claim): string {
  const ms = Date.parse(receivedAt) - Date.parse(first.receivedAt);
  return `identical to ${first.id}, ${Math.round(Math.abs(ms) / 1000)} s ${ms < 0 ? 'later' : 'earlier'}`;
}
