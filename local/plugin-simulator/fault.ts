/** A way in which a site is not well. */
export type Fault =
  /** Each request takes so long. */
  | { does: 'slow'; ms: number }
  /** The web server is gone: connections are cut, new ones refused. PHP ends what it has begun. */
  | { does: 'down' }
  /** A fatal error in PHP: the plugin's work is not done. */
  | { does: 'answers500' }
  /** A limit of the host's, or of a firewall's: no worker sees the request. */
  | { does: 'answers429'; retryAfterSeconds: number }
  | { does: 'answers503' }
  /** A firewall wants to see a browser, and says so with 200 (Cloudflare's page, unless told) or 202 (SiteGround's). */
  | { does: 'captcha'; by?: 'siteground' }
  /** The site is for members only, webhooks included. */
  | { does: 'loginPage' }
  | { does: 'redirects'; to: string }
  /** The connection is reset, before or after the plugin has done its work. */
  | { does: 'resets'; when: 'before' | 'after' }
  /** A request is taken and never answered, nor worked on. */
  | { does: 'hangs' }
  /** The plugin is switched off: WordPress shows the home page. */
  | { does: 'htmlPage' }
  /** The plugin does its work, and no end of text follows its answer: 32 MiB unless told. */
  | { does: 'hugeAnswer'; bytes?: number }
  /** Refused, however often it is sent. */
  | { does: 'final4xx'; status: number };

/** A stretch of a site's life, so many requests or milliseconds long; without a fault the site is well. */
export type Step =
  | { forRequests: number; fault?: Exclude<Fault, { does: 'down' }> }
  | { forMs: number; fault?: Fault };

/**
 * What is wrong with a site now.
 * @param enter called when that changes; resolves once the site is as it should be
 */
export function faultSwitch(enter: (fault: Fault | undefined) => Promise<void>) {
  let current: Fault | undefined;
  let left = Number.POSITIVE_INFINITY; // requests until `next`
  let next = (): void => {};
  let cutShort = (): void => {};

  const change = (fault: Fault | undefined): Promise<void> => {
    current = fault;
    left = Number.POSITIVE_INFINITY;
    return enter(fault);
  };

  return {
    get current(): Fault | undefined {
      return current;
    },
    /** The fault that strikes a request, which is counted by it. */
    take: (): Fault | undefined => {
      const fault = current;
      left -= 1;
      if (left === 0) next();
      return fault;
    },
    /** One fault from now on, or none; ends what is played. */
    set: (fault: Fault | undefined): Promise<void> => {
      cutShort();
      return change(fault);
    },
    /** One step after the other. Resolves when the site is well in the end, or something else was set. */
    play: (steps: readonly Step[]): Promise<void> =>
      new Promise((resolve, reject) => {
        cutShort();
        let timer: NodeJS.Timeout | undefined;
        const begin = ([step, ...rest]: readonly Step[]): void => {
          const entered = change(step?.fault);
          if (step === undefined) {
            entered.then(resolve, reject);
            return;
          }
          entered.catch(reject);
          if ('forMs' in step) {
            timer = setTimeout(begin, step.forMs, rest);
          } else {
            left = step.forRequests;
            next = () => begin(rest);
          }
        };
        cutShort = () => {
          clearTimeout(timer);
          resolve();
        };
        begin(steps);
      }),
  };
}

export type FaultSwitch = ReturnType<typeof faultSwitch>;
