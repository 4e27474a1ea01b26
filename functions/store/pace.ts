import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import { paceKey } from './keys.ts';
import { inTable, readItem } from './table.ts';

/**
 * A CRM account's pace, shared by all Lambdas: two points in time (milliseconds since 1970).
 * `free`: when the next request may start. `line`: when the last of the waiting jobs will be woken.
 */
type Clock = 'free' | 'line';

/** How far ahead an account's pace is booked, ISO times; in the past, or missing, where nobody waits. */
export type Booked = { free?: string; line?: string };

/** Reads how far ahead an account's pace is booked. */
export async function readBooked(account: string): Promise<Booked> {
  const clocks = (await readItem<Partial<Record<Clock, number>>>(paceKey(account))) ?? {};
  const { free, line } = clocks;
  return {
    ...(free !== undefined && { free: new Date(free).toISOString() }),
    ...(line !== undefined && { line: new Date(line).toISOString() }),
  };
}

/** A point in time that was taken, or, where it lies too far ahead, how far. */
export type Turn = { at: number } | { busyUntil: number };

/**
 * Takes the next turn on a clock: the clock advances by `span`, from now if it lies in the past. Turns are
 * unique, whoever asks: that is what holds the limit.
 * @param now our time, in ms
 * @param span how much time the turn takes up, in ms
 * @param within how far ahead of `now` the turn may lie, in ms; otherwise nothing is taken
 */
export async function takeTurn(
  account: string,
  clock: Clock,
  { now, span, within }: { now: number; span: number; within: number },
): Promise<Turn> {
  for (;;) {
    const queued = await advance(
      account,
      'SET #clock = #clock + :span',
      '#clock > :now AND #clock <= :limit',
      {
        clock,
        values: { ':span': span, ':now': now, ':limit': now + within },
      },
    );
    if ('clock' in queued) return { at: queued.clock - span };
    if (queued.was !== undefined && queued.was > now + within) return { busyUntil: queued.was };

    const fresh = await advance(
      account,
      'SET #clock = :next',
      'attribute_not_exists(#clock) OR #clock <= :now',
      {
        clock,
        values: { ':next': now + span, ':now': now },
      },
    );
    if ('clock' in fresh) return { at: now };
    // Somebody moved the clock between the two: it lies ahead now, so the first write decides.
  }
}

/**
 * Lets no request start before `until` (ms): the CRM asked us to wait. Turns that are taken already may lie before it, so
 * whoever waits for one asks {@link heldUntil} when it has come.
 */
export async function holdUntil(account: string, until: number): Promise<void> {
  const keep = (clock: Clock | 'held') =>
    advance(account, 'SET #clock = :until', 'attribute_not_exists(#clock) OR #clock < :until', {
      clock,
      values: { ':until': until },
    });
  await Promise.all([keep('free'), keep('held')]);
}

/** Until when (ms) a CRM asked us to wait, the last time that it did; 0 for never. */
export async function heldUntil(account: string): Promise<number> {
  const { held = 0 } = (await readItem<{ held?: number }>(paceKey(account))) ?? {};
  return held;
}

async function advance(
  account: string,
  UpdateExpression: string,
  ConditionExpression: string,
  { clock, values }: { clock: Clock | 'held'; values: Record<string, number> },
): Promise<{ clock: number } | { was: number | undefined }> {
  try {
    const { Attributes } = await dynamo.send(
      new UpdateCommand({
        ...inTable(),
        Key: paceKey(account),
        UpdateExpression,
        ConditionExpression,
        ExpressionAttributeNames: { '#clock': clock },
        ExpressionAttributeValues: values,
        ReturnValues: 'UPDATED_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return { clock: Attributes?.[clock] };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const was = error.Item?.[clock]?.N;
    return { was: was === undefined ? undefined : Number(was) };
  }
}
