import type { Plugin } from './called.ts';
import type { Sent } from './sent.ts';

/**
 * A request that reached the site whole, and what has become of it so far. Times are milliseconds since 1970, with
 * fractions that tell what came first.
 */
export type SiteRequest = Sent & {
  at: number;
  /** When a PHP worker took it; absent while it waits, and where none was needed. */
  startedAt?: number;
  /** When it was answered, or would have been if its client were still there. */
  endedAt?: number;
  /** Its `idempotency-key`. */
  webhookId: string | undefined;
  method: string;
  /** Without the secret, as the query is. */
  path: string;
  query: string;
  plugin: Plugin | undefined;
  contentType: string | undefined;
  body: Buffer;
  /**
   * The status it was answered with; `reset`, its connection was; `hanging`, it never gets an answer; `lost`, the host
   * crashed. Absent until then.
   */
  outcome?: number | 'reset' | 'hanging' | 'lost';
  /** Whether the plugin did its work, whatever the client learned of it. */
  delivered: boolean;
  /** Whether its client hung up before the answer. */
  clientGone: boolean;
};

/** What is asked of a log; asked again at each change of it, until it holds. */
type Predicate = (requests: readonly SiteRequest[]) => boolean;

/** Whether its client cannot know that the plugin did the work. */
export const answerLost = ({ clientGone, outcome }: SiteRequest): boolean =>
  clientGone || outcome === 'reset';

/** Whether its client waits for the answer. */
const isOpen = ({ clientGone, outcome }: SiteRequest): boolean =>
  !clientGone && (outcome === undefined || outcome === 'hanging');

/** The present time of a log. */
export const now = (): number => performance.timeOrigin + performance.now();

/** A site's requests in the order they came, and who waits for something to show in them. */
export function openLog() {
  const requests: SiteRequest[] = [];
  const waiting = new Set<{ holds: Predicate; resolve(): void; reject(error: unknown): void }>();

  let open = 0;
  let mostOpen = 0;

  const changed = (): void => {
    for (const one of waiting) {
      try {
        if (!one.holds(requests)) continue;
        one.resolve();
      } catch (error) {
        one.reject(error);
      }
      waiting.delete(one);
    }
  };

  return {
    requests: requests as readonly SiteRequest[],
    /** The greatest number of requests whose clients waited for an answer at once. */
    get mostOpen(): number {
      return mostOpen;
    },
    add: (request: SiteRequest): void => {
      requests.push(request);
      if (isOpen(request)) open += 1;
      mostOpen = Math.max(mostOpen, open);
      changed();
    },
    /** Sets what has become of a request. */
    update: (request: SiteRequest, news: Partial<SiteRequest>): void => {
      const wasOpen = isOpen(request);
      Object.assign(request, news);
      if (wasOpen && !isOpen(request)) open -= 1;
      changed();
    },
    until: (holds: Predicate): Promise<void> =>
      new Promise((resolve, reject) => {
        waiting.add({ holds, resolve, reject });
        changed();
      }),
    /** Nothing changes any more: who still waits is told so. */
    end: (): void => {
      for (const { reject } of waiting) reject(new Error('the site was stopped before what was waited for'));
      waiting.clear();
    },
  };
}

export type RequestLog = ReturnType<typeof openLog>;
