import { enter, type Gate, leave } from '../../../functions/relay/gate.ts';
import type { Limits } from '../../../functions/relay/limits.ts';

/** What a simulated site does with a request. */
export type Reply = { good: boolean; ms: number; holdMs?: number };

/** One request, and how things were when it started. */
export type Request = Reply & { at: number; atOnce: number };

/** What happened: times in ms since the start. */
export type Run = { requests: Request[]; endedAt: number; gate: Gate };

const LONGEST_MS = 48 * 3_600_000; // a queue that is not worked off by then never will be

/**
 * Works a queue off through a gate, by a clock of its own: whoever is first in the queue comes back when the gate
 * said, or when somebody leaves. What fails goes back to the queue.
 * @param jobs how many
 * @param site what it does with a request, by when it starts and how many are on their way with it
 */
export function simulate(jobs: number, limits: Limits, site: (at: number, atOnce: number) => Reply): Run {
  const inside: { id: string; from: number; to: number; reply: Reply }[] = [];
  const requests: Request[] = [];
  let gate: Gate | undefined;
  let waiting = jobs;
  let now = 0;
  let askAt = 0;
  for (let step = 0; (waiting > 0 || inside.length > 0) && now < LONGEST_MS; step++) {
    inside.sort((a, b) => a.to - b.to);
    const next = inside[0];
    if (next && (waiting === 0 || next.to <= askAt)) {
      inside.shift();
      now = next.to;
      const outcome = { ...next.reply, startedAt: next.from };
      if (!next.reply.good) waiting++;
      if (gate) ({ gate } = leave(gate, limits, next.id, outcome, now));
      askAt = now;
      continue;
    }
    now = askAt;
    const entry = enter(gate, limits, `job-${step}`, now);
    if ('busyUntil' in entry) {
      if (entry.busyUntil <= now) throw new Error(`no progress at ${now}: ${entry.why}`);
      askAt = entry.busyUntil;
      continue;
    }
    ({ gate } = entry);
    const at = entry.startAt;
    const reply = site(at, inside.length + 1);
    inside.push({ id: `job-${step}`, from: at, to: at + reply.ms, reply });
    requests.push({ ...reply, at, atOnce: inside.length });
    waiting--;
  }
  if (now >= LONGEST_MS || !gate) throw new Error(`${waiting} jobs are left over`);
  return { requests, endedAt: now, gate };
}

/** Good answers a second that ended between two times, in seconds since the start. */
export function goodPerSecond({ requests }: Run, from: number, to: number): number {
  const ended = requests.filter(({ good, at, ms }) => good && at + ms >= from * 1000 && at + ms < to * 1000);
  return ended.length / (to - from);
}
