import { Random } from '../random.ts';

/** What stands behind a proxy; `crm` is any site's account, `site` what events are told to. */
export type Service = 'dynamodb' | 'sqs' | 'ssm' | 'crm' | 'plugin' | 'site';

/** A stretch of the storm in which services fail throughout. */
export type Phase = {
  atMs: number;
  forMs: number;
  services: readonly Service[];
  /** One function alone is struck; all of them where there is none. */
  function?: string;
  does: 'refuse' | 'reset' | 'hang' | 'throttle';
};

/** A process of a function is killed: the n-th of those that live, counted round and round. */
export type Kill = { atMs: number; function: string; index: number };

/** Processes of these functions start with a wrong clock from here on. */
export type ClockChange = { atMs: number; aheadMs: Readonly<Record<string, number>> };

/** `leaps`: when time passes at once, for everybody, and everything starts anew. */
export type PlannedFaults = { phases: Phase[]; kills: Kill[]; clocks: ClockChange[]; leaps: number[] };

/** Who works on a webhook after its answer, and dies most. */
const MORTAL = [
  'work',
  'work',
  'work',
  'relay',
  'relay',
  'sync-batch',
  'receive',
  'receive',
  'notify',
  'sweep',
];

const PHASE_PAUSE_MS = { from: 6_000, to: 14_000 };
const LEAP_PAUSE_MS = { from: 20_000, to: 32_000 };
const KILL_PAUSE_MS = { from: 1_500, to: 6_000 };

/** From here on clocks are right: a CRM's limit is kept by clocks, and is judged strictly from then on. */
const CLOCKS_RIGHT_AFTER = 0.6;

/** Amid the campaign, and shorter than what a CRM asks for then: who goes on asking afterwards is seen. */
const THROTTLED = { after: 0.76, forMs: 2_000 };

/**
 * How far the clock of each function may be off, in ms. Lambda keeps its clocks within a fraction of a second. What calls a
 * CRM takes turns by the clock; `receive` tells by it what came first; who only sends messages again may be off by minutes.
 */
const MOST_OFF_MS: Readonly<Record<string, number>> = {
  receive: 1_000,
  work: 5_000,
  'sync-batch': 5_000,
  relay: 5_000,
  'serve-members': 5_000,
  reconcile: 20_000,
  notify: 60_000,
  sweep: 180_000,
};

/** Plans what goes wrong in a storm that lasts `forMs`. The same seed plans the same. */
export function planFaults(seed: number, forMs: number): PlannedFaults {
  return {
    phases: planPhases(new Random(seed, 'phases'), forMs),
    kills: planKills(new Random(seed, 'kills'), forMs),
    clocks: planClocks(new Random(seed, 'clocks'), forMs),
    leaps: planLeaps(new Random(seed, 'leaps'), forMs),
  };
}

function planPhases(random: Random, forMs: number): Phase[] {
  const { after, ...throttled } = THROTTLED;
  const phases: Phase[] = [
    { atMs: Math.round(forMs * after), ...throttled, services: ['crm'], does: 'throttle' },
  ];
  const pause = () => random.int(PHASE_PAUSE_MS.from, PHASE_PAUSE_MS.to);
  for (let atMs = pause(); atMs < forMs; ) {
    const services = random.weighted<readonly Service[]>([
      [4, ['dynamodb']],
      [4, ['sqs']],
      [3, ['dynamodb', 'sqs']],
      [3, ['crm']],
      [2, ['plugin']],
      [1, ['ssm', 'site']],
    ]);
    const does = random.pick(['refuse', 'reset', 'hang', 'throttle'] as const);
    const length = random.int(1_500, 6_000);
    const only = random.chance(0.3)
      ? { function: random.pick(['receive', 'work', 'sync-batch', 'relay']) }
      : {};
    phases.push({ atMs, forMs: length, services, does, ...only });
    atMs += length + pause();
  }
  return phases;
}

function planKills(random: Random, forMs: number): Kill[] {
  const kills: Kill[] = [];
  const pause = () => random.int(KILL_PAUSE_MS.from, KILL_PAUSE_MS.to);
  for (let atMs = pause(); atMs < forMs; atMs += pause())
    kills.push({ atMs, function: random.pick(MORTAL), index: random.int(0, 99) });
  return kills;
}

function planLeaps(random: Random, forMs: number): number[] {
  const leaps: number[] = [];
  const pause = () => random.int(LEAP_PAUSE_MS.from, LEAP_PAUSE_MS.to);
  for (let atMs = pause(); atMs < forMs; atMs += pause()) leaps.push(atMs);
  return leaps;
}

function planClocks(random: Random, forMs: number): ClockChange[] {
  const off = () =>
    Object.fromEntries(Object.entries(MOST_OFF_MS).map(([name, most]) => [name, random.int(-most, most)]));
  const right = Object.fromEntries(Object.keys(MOST_OFF_MS).map((name) => [name, 0]));
  return [
    { atMs: 0, aheadMs: off() },
    { atMs: Math.round(forMs * 0.3), aheadMs: off() },
    { atMs: Math.round(forMs * CLOCKS_RIGHT_AFTER), aheadMs: right },
  ];
}
