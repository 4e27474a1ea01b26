import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import type { Gate } from '../relay/gate.ts';
import { gateKey } from './keys.ts';
import { inTable, readItem, unlessConditionFails } from './table.ts';

/** A site's gate as it lies in the table. */
export type StoredGate = {
  gate: Gate;
  /** Counts the writes. */
  version: number;
  /** Whose write it was. */
  writer: string;
};

/** Reads a site's gate, up to date; undefined where nobody has passed it yet. */
export async function readGate(site: string): Promise<StoredGate | undefined> {
  return await readItem<StoredGate>(gateKey(site));
}

/**
 * Writes a site's gate.
 * @param seen the gate that was read, on which the new one was decided
 * @param writer who writes, by an id that nobody else has: its own write is told from others' by that
 * @returns false where others have written since it was read: it has to be read and decided again
 */
export async function writeGate(
  site: string,
  seen: StoredGate | undefined,
  gate: Gate,
  writer: string,
): Promise<boolean> {
  const version = (seen?.version ?? 0) + 1;
  const unchanged = seen ? '#version = :seen' : 'attribute_not_exists(#version)';
  const written = await unlessConditionFails(
    dynamo.send(
      new PutCommand({
        ...inTable(),
        Item: { ...gateKey(site), gate, version, writer },
        // The last is a write of ours whose answer was lost: the SDK asks again.
        ConditionExpression: `${unchanged} OR (#version = :new AND #writer = :me)`,
        ExpressionAttributeNames: { '#version': 'version', '#writer': 'writer' },
        ExpressionAttributeValues: {
          ':new': version,
          ':me': writer,
          ...(seen && { ':seen': seen.version }),
        },
      }),
    ),
  );
  return written !== undefined;
}
