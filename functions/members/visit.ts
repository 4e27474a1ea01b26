import { setTimeout as wait } from 'node:timers/promises';
import { definition as pull } from '../commands/pull.ts';
import type { Crm } from '../crm/crm.ts';
import type { Site } from '../platform/config.ts';
import { reasonOf } from '../platform/errors.ts';
import { logger } from '../platform/logger.ts';
import type { MemberItem } from '../store/members.ts';
import {
  endPullLease,
  failPullLease,
  type PullState,
  readPullState,
  takePullLease,
} from '../store/pull-lease.ts';
import { accept } from '../webhooks/accept.ts';
import { newWebhookId } from '../webhooks/read-webhook.ts';
import { Gone, syncMember } from './sync-member.ts';

/**
 * What made the site ask: the member came by a link in an e-mail, opened any page, or an administrator opened
 * the member's profile. [AccessAlly 3.2, activity-based updates]
 */
export const TRIGGERS = ['email-link', 'page-visit', 'profile-view'] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** Why a visit pulls, or that it need not. */
export const REASONS = [
  'email-link',
  'profile-view',
  'never-pulled',
  'flagged',
  'expired',
  'current',
] as const;
export type Reason = (typeof REASONS)[number];

/** How a visit ended. */
export type Visit = {
  /** As known now; undefined where nothing is known and the CRM did not say in time. */
  member: MemberItem | undefined;
  flag: PullState['flag'];
  why: Reason;
  /** What is told is as new as this visit: its own pull, or one that was under way, has ended. */
  pulled: boolean;
  /** There was a reason to pull, and it could not be done in time: a pull is queued. */
  stale: boolean;
};

const HOUR_MS = 3_600_000;
const LEASE_MARGIN_MS = 1_000; // a pull is ended with its budget; storing it may take a little longer
const FIRST_LOOK_MS = 40;
const LONGEST_LOOK_MS = 320;

/** Whether a visit at `now` (ms since 1970) has to pull. */
export function reasonToPull(
  trigger: Trigger,
  { flag, member }: Pick<PullState, 'flag' | 'member'>,
  { pullAfterHours }: Pick<Site, 'pullAfterHours'>,
  now: number,
): Reason {
  if (trigger !== 'page-visit') return trigger;
  if (!member?.pulledAt) return 'never-pulled';
  if (flag.requestedVersion > flag.syncedVersion) return 'flagged';
  return now - Date.parse(member.pulledAt) >= pullAfterHours * HOUR_MS ? 'expired' : 'current';
}

/** A visit: who came, what for, when (ms since 1970), and how to open the CRM for so long as it waits. */
export type Visitor = {
  site: Site;
  contactId: string;
  trigger: Trigger;
  arrivedAt: number;
  openCrm: (signal: AbortSignal) => Promise<Crm>;
};

/**
 * Answers a visit with the member as it is now, after a pull where there is a reason for one. Visits of one
 * member at the same time share a pull. A CRM that is slow or fails keeps nobody waiting longer than the
 * site's budget: the visit is answered with what is known, and the pull is queued.
 */
export async function visit(visitor: Visitor): Promise<Visit> {
  const { site, contactId, trigger, arrivedAt } = visitor;
  let state = await readPullState(site.id, contactId);
  const why = reasonToPull(trigger, state, site, Date.now());
  if (why === 'current') return { ...state, why, pulled: false, stale: false };

  const deadline = Date.now() + site.pullBudgetMs;
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(pause * 2, LONGEST_LOOK_MS)) {
    if (isServed(state, arrivedAt)) return { ...state, why, pulled: true, stale: false };
    const now = Date.now();
    const { lease } = state;
    if (now >= deadline || (lease?.failed && lease.until > now)) break;
    const until = deadline + LEASE_MARGIN_MS + Math.random(); // the fraction makes it ours alone
    if (await takePullLease(site.id, contactId, { now, until, lastPull: state.lastPull })) {
      const pulled = await pullInTime(visitor, until, deadline - now);
      return { ...(await readPullState(site.id, contactId)), why, pulled, stale: !pulled };
    }
    await wait(Math.min(pause, Math.max(deadline - Date.now(), 0)));
    state = await readPullState(site.id, contactId);
  }
  return { ...state, why, pulled: false, stale: true };
}

/** Whether a pull that ended after the visit came has stored all that was asked for. */
const isServed = ({ flag, member }: PullState, arrivedAt: number): boolean =>
  flag.requestedVersion <= flag.syncedVersion && Date.parse(member?.syncedAt ?? '') >= arrivedAt;

/** Pulls under the lease. @returns whether it succeeded; where it did not, a pull is queued */
async function pullInTime(
  { site, contactId, openCrm }: Visitor,
  until: number,
  ms: number,
): Promise<boolean> {
  const signal = AbortSignal.timeout(ms);
  try {
    const crm = await Promise.race([openCrm(signal), endOf(signal)]);
    await Promise.race([syncMember({ contactId }, { site, crm }), endOf(signal)]);
  } catch (error) {
    if (error instanceof Gone) {
      await endPullLease(site.id, contactId, until);
      return true; // that there is no such contact is an answer too
    }
    logger.warn('visit not served by the CRM', {
      site: site.id,
      contact: contactId,
      reason: reasonOf(error),
    });
    await failPullLease(site.id, contactId, until);
    await queuePull(site, contactId);
    return false;
  }
  await endPullLease(site.id, contactId, until);
  return true;
}

/** Rejects when the signal ends: for steps that do not listen to it. */
function endOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(new Error('the CRM took longer than a visit waits'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/** Queues the pull. Where that fails too, the flag is up or the next visit tries: nobody is locked out for it. */
async function queuePull(site: Site, contactId: string): Promise<void> {
  const now = new Date();
  const webhook = {
    ...{ id: newWebhookId(now), site: site.id, command: pull.name, contactId },
    ...{ parameters: {}, receivedAt: now.toISOString() },
  };
  try {
    await accept(webhook, pull, site);
  } catch (error) {
    logger.error('pull not queued', { site: site.id, contact: contactId, reason: reasonOf(error) });
  }
}
