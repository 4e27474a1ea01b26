import type { JobMessage } from '../../functions/jobs/message.ts';
import type { Webhook } from '../../functions/webhooks/webhook.ts';
import { wireTo } from './in-process.ts';
import type { TestLatchkey } from './latchkey.ts';
import { asWorker, type End, type Life, makeRequestsMortal } from './mortal-workers.ts';
import type { TableAccess } from './table-access.ts';

const PATIENCE = { first: 10_000, later: 10_000, remainingMs: () => 60_000 };
const MOST_PASSES = 12;

type WorkOn = typeof import('../../functions/jobs/work-on.ts').workOn;

/** Wires this process to a running Latchkey, whose jobs are then tried in it by workers that may die. */
export async function wireWorkers(
  latchkey: Pick<TestLatchkey, 'cloud'>,
  table: TableAccess,
): Promise<Workers> {
  wireTo(latchkey.cloud);
  await makeRequestsMortal();
  const { workOn } = await import('../../functions/jobs/work-on.ts');
  return new Workers(workOn, table);
}

/** Workers of operations.fifo in this process, which die when a test wants them to. */
export class Workers {
  readonly #workOn: WorkOn;
  readonly #table: TableAccess;

  /** @param workOn imported once this process was wired to a cloud */
  constructor(workOn: WorkOn, table: TableAccess) {
    this.#workOn = workOn;
    this.#table = table;
  }

  /** Tries jobs one after the other, as a worker that may die on it. @returns whether it lived to see the end */
  async work(jobs: readonly Webhook[], life: Life): Promise<'done' | 'died'> {
    const end: End = await asWorker(life, async () => {
      for (const webhook of jobs) await this.deliver(webhook);
    });
    if (typeof end === 'object') throw end.error;
    return end;
  }

  /**
   * Two workers at the same jobs at the same time, one from each end.
   * @param turn takes their requests in some order
   * @param stalls before which of its requests the first worker waits until the second has nothing more to do
   */
  async workTwice(
    jobs: readonly Webhook[],
    deaths: readonly number[],
    { turn, stalls }: { turn: () => Promise<unknown>; stalls: number },
  ): Promise<void> {
    const second = this.work(jobs.toReversed(), { diesAfter: deaths[1] ?? Number.POSITIVE_INFINITY, turn });
    let requests = 0;
    const stalling = () => (++requests === stalls ? second : turn());
    const first = this.work(jobs, { diesAfter: deaths[0] ?? Number.POSITIVE_INFINITY, turn: stalling });
    await Promise.all([first, second]);
  }

  /** Delivers a job's message; that another worker is at it, or that it has to wait, is no failure. */
  async deliver(webhook: Webhook): Promise<void> {
    const message: JobMessage = { task: 'apply', webhook };
    try {
      await this.#workOn(message, PATIENCE);
    } catch (error) {
      if (!(error instanceof Error && error.name === 'ComeBack')) throw error;
    }
  }

  /**
   * Works until nothing waits any more: workers come one after the other, once the holds of the dead are over.
   * @param waiting reads the jobs that are not final
   * @param deaths of the first of them; the others live
   */
  async workOff(
    waiting: () => Promise<readonly (Webhook & { heldUntil?: string })[]>,
    deaths: readonly number[],
  ): Promise<void> {
    for (let pass = 0; pass < MOST_PASSES; pass++) {
      const jobs = await waiting();
      if (jobs.length === 0) return;
      for (const job of jobs.filter(({ heldUntil }) => heldUntil)) await this.#table.letHoldPass(job);
      await this.work(jobs, { diesAfter: deaths[pass] ?? Number.POSITIVE_INFINITY });
    }
    throw new Error(`still waiting: ${JSON.stringify(await waiting())}`);
  }
}
