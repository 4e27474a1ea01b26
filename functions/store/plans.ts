import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import { webhookKey } from './keys.ts';
import { inTable, unlessConditionFails } from './table.ts';
import type { WebhookId } from './webhooks.ts';

/**
 * The plan of a job lies in its record: what the job decided, in absolute terms, before its first effect. A
 * retry goes by the plan, so that it arrives where the first try wanted to, whatever has changed since.
 */

/**
 * Stores a job's plan, unless it has one: the first stays.
 * @returns the plan that counts
 */
export async function storePlan<Plan>(job: WebhookId, plan: Plan): Promise<Plan> {
  const UpdateExpression = 'SET #plan = if_not_exists(#plan, :plan)';
  const update = { ...planUpdate(job, plan), UpdateExpression, ReturnValues: 'UPDATED_NEW' as const };
  const stored = await unlessConditionFails(dynamo.send(new UpdateCommand(update)));
  if (!stored) throw new Error('the job was ended by somebody else');
  return stored.Attributes?.plan as Plan;
}

/** Changes a job's plan as it gets on. */
export async function updatePlan<Plan>(job: WebhookId, plan: Plan): Promise<void> {
  await unlessConditionFails(dynamo.send(new UpdateCommand(planUpdate(job, plan))));
}

/** The part of a transaction that stores a job's plan; the transaction fails where there is one already. */
export function planPart(job: WebhookId, plan: unknown) {
  const update = planUpdate(job, plan);
  const ConditionExpression = `${update.ConditionExpression} AND attribute_not_exists(#plan)`;
  return { Update: { ...update, ConditionExpression } };
}

/** The part of a transaction that changes a job's plan. */
export const planChangePart = (job: WebhookId, plan: unknown) => ({ Update: planUpdate(job, plan) });

/** Sets the plan of a job that is not final. */
const planUpdate = (job: WebhookId, plan: unknown) => ({
  ...inTable(),
  Key: webhookKey(job),
  UpdateExpression: 'SET #plan = :plan',
  ConditionExpression: '#state = :queued',
  ExpressionAttributeNames: { '#plan': 'plan', '#state': 'state' },
  ExpressionAttributeValues: { ':plan': plan, ':queued': 'queued' },
});

/** Reads a job's plan, up to date; undefined where it has none. */
export async function readPlan<Plan>(job: WebhookId): Promise<Plan | undefined> {
  const { Item } = await dynamo.send(
    new GetCommand({
      ...inTable(),
      Key: webhookKey(job),
      ProjectionExpression: '#plan',
      ExpressionAttributeNames: { '#plan': 'plan' },
      ConsistentRead: true,
    }),
  );
  return Item?.plan as Plan | undefined;
}
