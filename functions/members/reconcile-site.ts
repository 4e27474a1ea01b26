import { setTimeout as wait } from 'node:timers/promises';
import pMap from 'p-map';
import type { ChangePage, ContactChange, Crm } from '../crm/crm.ts';
import type { Patience } from '../crm/pace.ts';
import type { Site } from '../platform/config.ts';
import { OutOfTime, Throttled } from '../platform/errors.ts';
import { type Flag, raiseFlag } from '../store/flags.ts';
import { contactPk, flagKey, memberKey } from '../store/keys.ts';
import type { MemberItem } from '../store/members.ts';
import { moveReconcileCursor, type ReconcileCursor, readReconcileCursor } from '../store/reconcile-cursor.ts';
import { readItems } from '../store/table.ts';

/** What a run found. `done`: the round came to its end; otherwise the next run goes on. */
export type Reconciled = { changed: number; flagged: number; pages: number; done: boolean };

/**
 * How far back a round asks beyond the beginning of the one before. Kit's lists lag up to five minutes, and a
 * CRM's clock may differ from ours.
 */
const OVERLAP_MS = 10 * 60_000;
/** The first time: what changed in the last hour, since webhooks may have come before this did. */
const FIRST_LOOK_BACK_MS = 60 * 60_000;
/** A pull that began this long after a change, by two clocks, has seen it. */
const CLOCK_MARGIN_MS = 60_000;

/** Opens the CRM for work that can wait. */
export type OpenPatiently = (patience: Omit<Patience, 'remainingMs'>) => Promise<Crm>;

const AT_ONCE = 25; // flags side by side
const LONGEST_WAIT_MS = 5_000; // between two looks whether the CRM has become free

/**
 * Asks the CRM which contacts changed since the last round, and flags those that are members and were not
 * pulled since they changed: their webhook was lost. The cursor moves when a page's flags are up, so a crash
 * repeats a page and skips none. Live work goes first: a request is made only when nobody else wants one.
 * @param open opens the CRM for requests that yield to others
 */
export async function reconcileSite(site: Site, open: OpenPatiently): Promise<Reconciled> {
  const found: Reconciled = { changed: 0, flagged: 0, pages: 0, done: false };
  const crm = await open({ first: 0, later: 0, yields: true });
  let cursor = await beginRound(site);
  while (cursor?.startedAt) {
    const { since, startedAt, resume } = cursor;
    const page = await whenFree(() => crm.changedSince(since, resume));
    if (!page) return found;
    found.pages++;
    found.changed += page.changes.length;
    found.flagged += await flagMissed(site, page.changes);
    const next = page.resume ? { since, startedAt, resume: page.resume } : { since: overlapping(startedAt) };
    cursor = await moveReconcileCursor(site.id, cursor, next);
    found.done = cursor !== undefined && !cursor.startedAt;
  }
  return found; // at the end of the round, or where another run goes on with it
}

/** Goes on with the round under way, or begins one. */
async function beginRound(site: Site): Promise<ReconcileCursor | undefined> {
  const was = await readReconcileCursor(site.id);
  if (was?.startedAt) return was;
  const now = Date.now();
  const since = was?.since ?? new Date(now - FIRST_LOOK_BACK_MS).toISOString();
  return moveReconcileCursor(site.id, was, { since, startedAt: new Date(now).toISOString() });
}

const overlapping = (startedAt: string): string => new Date(Date.parse(startedAt) - OVERLAP_MS).toISOString();

/** Asks as soon as nobody else does. @returns undefined where the invocation ends before that */
async function whenFree(ask: () => Promise<ChangePage>): Promise<ChangePage | undefined> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof OutOfTime) return undefined;
      if (!(error instanceof Throttled)) throw error;
      await wait(Math.min(error.retryAfterMs, LONGEST_WAIT_MS));
    }
  }
}

/** Raises the flags of members that have not been pulled since they changed. @returns how many */
async function flagMissed(site: Site, changes: readonly ContactChange[]): Promise<number> {
  const keys = changes.flatMap(({ id }) => [memberKey(site.id, id), flagKey(site.id, id)]);
  const items = Map.groupBy(await readItems(keys), ({ pk }) => pk);
  const missed = changes.filter(({ id, changedAt }) => {
    const ofContact = items.get(contactPk(site.id, id)) ?? [];
    const member: MemberItem | undefined = ofContact.find(({ sk }) => sk === memberKey('', '').sk);
    const flag = ofContact.find(({ sk }) => sk === flagKey('', '').sk) as Flag | undefined;
    const isUp = flag !== undefined && flag.requestedVersion > (flag.syncedVersion ?? 0);
    return isMember(member) && !isUp && Date.parse(member.pulledAt) < Date.parse(changedAt) + CLOCK_MARGIN_MS;
  });
  const now = new Date().toISOString();
  await pMap(missed, ({ id }) => raiseFlag(site.id, id, now), { concurrency: AT_ONCE });
  return missed.length;
}

const isMember = (member: MemberItem | undefined): member is MemberItem & { pulledAt: string } =>
  member?.pulledAt !== undefined;
