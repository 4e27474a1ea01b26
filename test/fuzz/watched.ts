import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { LocalCloud } from '../../local/cloud.ts';
import type { HttpAnswer } from '../support/http-event.ts';
import { wireTo } from '../support/in-process.ts';

/** What a call of a function came to. */
export type Observed<Answer = HttpAnswer> = {
  answer: Answer;
  /** Its log lines, as they were written. */
  lines: string[];
  /** What it asked of AWS and of others while it ran: AWS' operation, else host and path. */
  asked: string[];
  /** Prototypes that are not as they were when the function was loaded. */
  polluted: string[];
  /** Processor time of its thread, in ms. */
  cpuMs: number;
};

/** The deployed bundle of a function in a thread of its own, whose calls are looked at from all sides. */
export type Watched<Answer = HttpAnswer> = {
  /** @throws where the function throws, or takes longer than any caller waits */
  call(event: unknown): Promise<Observed<Answer>>;
  stop(): Promise<void>;
};

/** Longer than Lambda lets any of them run that answers HTTP: it is stuck. */
const STUCK_MS = 30_000;

/** Loads a function's bundle with its log switched on, wired to a running cloud. */
export async function watch<Answer = HttpAnswer>(name: string, cloud: LocalCloud): Promise<Watched<Answer>> {
  wireTo(cloud);
  const bundle = join(process.env.TEST_ASSEMBLY_ROOT ?? '', 'bundles', name, 'index.mjs');
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: pathToFileURL(bundle).href,
    env: { ...process.env, POWERTOOLS_LOG_LEVEL: 'INFO' },
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  await once(worker, 'message');
  return {
    call: async (event) => {
      const signal = AbortSignal.timeout(STUCK_MS);
      worker.postMessage(event);
      const [{ error, ...observed }] = await once(worker, 'message', { signal });
      if (error !== undefined) throw new Error(`${name} threw: ${error}`);
      return observed;
    },
    stop: async () => {
      await worker.terminate();
    },
  };
}
