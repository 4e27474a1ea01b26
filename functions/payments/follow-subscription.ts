import type { Job, World } from '../jobs/apply.ts';
import { changeTags } from '../members/change-tags.ts';
import type { TagChange } from '../platform/config-parts.ts';
import { readMember } from '../store/members.ts';
import { planChangePart, readPlan } from '../store/plans.ts';
import { noteSubscription, type Owner, type StateChange } from './note-subscription.ts';
import type { Product } from './products.ts';
import type { Seen } from './seen.ts';

/** What a job about a subscription has decided: its own intent, and what became of the subscription, by product. */
export type SubscriptionPlan<Intent> = { intent?: Intent; changes?: Record<string, StateChange> };

/**
 * Has member, site and tags follow what a subscription was seen to be. The change is noted together with the job's
 * plan, so that a try after a crash still applies the tags that go with it.
 * @returns what became of it, in words; '' where it is in the same state as before
 */
export async function followSubscription<Intent>(
  job: Job<unknown>,
  plan: SubscriptionPlan<Intent>,
  { product, ...owner }: Owner & { product: Product },
  seen: Seen,
  world: World,
): Promise<string> {
  const { name } = owner;
  const change =
    plan.changes?.[name] ??
    (await noteSubscription(world.site, owner, seen, (change) => [
      planChangePart(job, { ...plan, changes: { ...plan.changes, [name]: change } }),
    ])) ??
    (await readPlan<SubscriptionPlan<Intent>>(job))?.changes?.[name]; // our own write, whose answer was lost
  if (!change) return '';
  const words =
    change.from === 'none' ? IN_WORDS[change.to] : `${IN_WORDS[change.from]} → ${IN_WORDS[change.to]}`;
  return words + (await applyTags(job, { ...owner, to: change.to }, tagsFor(change, product), world));
}

/**
 * Applies the tags that go with what a subscription became. A replay leaves them alone where the subscription has
 * changed again since: jobs that came later have seen to them otherwise.
 * @returns words to add to what is said of it; '' where there are no tags
 */
export async function applyTags(
  { replayOf }: Pick<Job, 'replayOf'>,
  became: Pick<Owner, 'contactId' | 'name'> & { to: StateChange['to'] },
  tags: TagChange,
  world: World,
): Promise<string> {
  if (tags.add.length + tags.remove.length === 0) return '';
  if (replayOf !== undefined && !(await stillHolds(became, world)))
    return '; tags left alone: it has changed again since';
  await changeTags(became.contactId, tags, world);
  return '; tags applied';
}

async function stillHolds(
  { contactId, name, to }: Parameters<typeof applyTags>[1],
  { site }: World,
): Promise<boolean> {
  const member = await readMember(site.id, contactId);
  return member?.subscriptions?.[name]?.state === to;
}

const NO_TAGS: TagChange = { add: [], remove: [] };

function tagsFor({ to, isRecovery }: StateChange, { tags }: Product): TagChange {
  if (to === 'ended') return tags.ended;
  if (to === 'past_due') return tags.paymentFailed;
  return isRecovery ? tags.paymentRecovered : NO_TAGS;
}

const IN_WORDS: Record<StateChange['to'], string> = {
  active: 'active',
  trialing: 'on trial',
  past_due: 'past due',
  paused: 'paused',
  cancelling: 'cancelled to its end',
  ended: 'ended',
};
