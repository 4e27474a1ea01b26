import { openDoor } from './door.ts';
import { type Fault, faultSwitch, type Step } from './fault.ts';
import { type AnswerMs, startWorkers } from './php-workers.ts';
import { openLog, type SiteRequest } from './request-log.ts';
import { siteListener } from './site-listener.ts';

/** PHP-FPM's own `listen.backlog` on Linux. */
const BACKLOG = 511;

export type PluginSiteOptions = {
  /** 0, as it is unless told, takes any free port of 127.0.0.1. */
  port?: number;
  /** What stands in the plugin's webhook URLs. */
  secret: string;
  /** Requests that PHP works on at a time. */
  workers: number;
  /** How long the plugin takes for a request, in milliseconds, always or by the load. */
  answerMs: AnswerMs;
  /** Requests that can wait for PHP; more are answered 503. */
  backlog?: number;
};

/** A WordPress host with a membership plugin, as a CRM or Latchkey sees it. */
export type PluginSite = {
  url: string;
  /** What came in, in that order; each is changed as it goes on. */
  requests: readonly SiteRequest[];
  /** The greatest number of requests that PHP worked on at once. */
  readonly mostAtOnce: number;
  /** The greatest number of requests whose clients waited for an answer at once. */
  readonly mostOpen: number;
  /** What is wrong from now on; nothing unless told. Ends what is played. */
  setFault(fault?: Fault): Promise<void>;
  /** Goes through steps. Resolves when the site is well in the end, or something else was set. */
  play(steps: readonly Step[]): Promise<void>;
  /** PHP finishes nothing from now on, until what is returned is called. */
  hold(): () => void;
  /**
   * Resolves as soon as the log satisfies this, which is asked again at each change of it. Rejects with what it
   * throws, and when the site is stopped.
   */
  until(holds: (requests: readonly SiteRequest[]) => boolean): Promise<void>;
  /** Resolves when PHP has nothing to work on. */
  idle(): Promise<void>;
  /** The machine fails: connections are reset, what PHP works on is lost. */
  crash(): Promise<void>;
  /** After a crash, at the same address. */
  restart(): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
};

/** Starts a site. Rejects when the port is taken. */
export async function startPluginSite(options: PluginSiteOptions): Promise<PluginSite> {
  const { port = 0, secret, workers: count, answerMs, backlog = BACKLOG } = options;
  const log = openLog();
  const workers = startWorkers({ workers: count, backlog, answerMs });
  let isRunning = true;
  const faults = faultSwitch(() => setDoor());
  const door = await openDoor(siteListener({ secret, workers, faults, log }), port);
  const setDoor = () => door.setOpen(isRunning && faults.current?.does !== 'down');
  const run = (running: boolean): Promise<void> => {
    isRunning = running;
    if (!running) workers.crash();
    return setDoor();
  };

  return {
    ...{ url: door.url, requests: log.requests, until: log.until, hold: workers.hold },
    get mostAtOnce() {
      return workers.mostAtOnce;
    },
    get mostOpen() {
      return log.mostOpen;
    },
    setFault: faults.set,
    play: faults.play,
    idle: () => log.until((requests) => requests.every(({ outcome }) => outcome !== undefined)),
    crash: () => run(false),
    restart: () => run(true),
    stop: async () => {
      await run(false);
      await faults.set(undefined);
      log.end();
    },
  };
}
