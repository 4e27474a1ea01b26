import { setTimeout as wait } from 'node:timers/promises';

/** How busy the workers are, the request that is asked about included. */
export type Load = { working: number; waiting: number };

/** How long the plugin takes for a request, in milliseconds, always or by the load. */
export type AnswerMs = number | ((load: Load) => number);

type Settings = {
  /** Requests worked on at a time. */
  workers: number;
  /** Requests that can wait for a worker. */
  backlog: number;
  answerMs: AnswerMs;
};

type Job = {
  /** Called when a worker takes it. */
  onStart(): void;
  /** Instead of the usual time. */
  ms?: number | undefined;
};

/** `full`: there was no room to wait; `lost`: a crash came first. */
type Worked = 'done' | 'full' | 'lost';

/**
 * The processes of PHP-FPM and its listen queue. A request that is in is worked on to its end: PHP does not notice when
 * its client hangs up, least of all while it waits.
 */
export function startWorkers({ workers, backlog, answerMs }: Settings) {
  let working = 0;
  let mostAtOnce = 0;
  let waiting: { begin(): void; lose(): void }[] = [];
  let power = new AbortController();
  let gate: PromiseWithResolvers<void> | undefined; // closed while there is one

  async function carryOut({ onStart, ms }: Job): Promise<Worked> {
    const { signal } = power;
    working += 1;
    mostAtOnce = Math.max(mostAtOnce, working);
    onStart();
    const usual = typeof answerMs === 'function' ? answerMs({ working, waiting: waiting.length }) : answerMs;
    await wait(ms ?? usual, undefined, { signal }).catch(() => {}); // its only error is the crash, seen below
    await gate?.promise;
    if (signal.aborted) return 'lost';
    working -= 1;
    waiting.shift()?.begin();
    return 'done';
  }

  return {
    get mostAtOnce(): number {
      return mostAtOnce;
    },
    work: (job: Job): Promise<Worked> => {
      if (working < workers) return carryOut(job);
      if (waiting.length >= backlog) return Promise.resolve('full');
      return new Promise((resolve) => {
        waiting.push({ begin: () => resolve(carryOut(job)), lose: () => resolve('lost') });
      });
    },
    /** Nothing is finished from now on, until what is returned is called. */
    hold: (): (() => void) => {
      gate ??= Promise.withResolvers<void>();
      const closed = gate;
      return () => {
        closed.resolve();
        if (gate === closed) gate = undefined;
      };
    },
    /** Everything that is worked on or waits is lost. */
    crash: (): void => {
      power.abort();
      power = new AbortController();
      gate?.resolve();
      gate = undefined;
      working = 0;
      for (const { lose } of waiting) lose();
      waiting = [];
    },
  };
}

export type PhpWorkers = ReturnType<typeof startWorkers>;
