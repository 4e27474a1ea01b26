import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import { tokenKey } from './keys.ts';
import { inTable, unlessConditionFails } from './table.ts';

/** A one-time token: whom it logs in, and until when (seconds since 1970). */
export type LoginToken = { site: string; contactId: string; expiresAt: number };

/** Stores a token under its hash; the token itself is nowhere. */
export async function storeLoginToken(hash: string, token: LoginToken): Promise<void> {
  await dynamo.send(new PutCommand({ ...inTable(), Item: { ...tokenKey(hash), ...token } }));
}

/**
 * Takes a token, so that nobody can take it again.
 * @param now seconds since 1970
 * @returns the contact that it logs in, or undefined where it is unknown, used, expired or another site's
 */
export async function takeLoginToken(hash: string, site: string, now: number): Promise<string | undefined> {
  const taken = await unlessConditionFails(
    dynamo.send(
      new DeleteCommand({
        ...inTable(),
        Key: tokenKey(hash),
        ConditionExpression: 'site = :site AND expiresAt > :now',
        ExpressionAttributeValues: { ':site': site, ':now': now },
        ReturnValues: 'ALL_OLD',
      }),
    ),
  );
  return taken?.Attributes?.contactId;
}
