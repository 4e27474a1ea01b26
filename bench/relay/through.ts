import { setTimeout as wait } from 'node:timers/promises';
import type { Step } from '../../local/plugin-simulator/fault.ts';
import type { PluginSite } from '../../local/plugin-simulator/plugin-site.ts';
import { fatesOf } from './fates.ts';
import { type Posted, type Posting, postAll } from './post-all.ts';
import type { SentWebhook } from './webhook-bodies.ts';

/** How webhooks went that a CRM posted to Latchkey, which hands them on. */
export type Through = {
  webhooks: readonly SentWebhook[];
  /** As the CRM sees it. */
  posted: readonly Posted[];
  /** From the first webhook until the site had done the last, in seconds; undefined where patience ended first. */
  seconds: number | undefined;
  /** Whether the site went through its whole script before that. */
  playedToTheEnd: boolean;
  site: Pick<PluginSite, 'requests' | 'mostOpen'>;
};

/** What the test of a relay takes. */
export type Trial = {
  posting: Posting;
  /** What the site goes through from the first webhook on; well in the end. */
  script: readonly Step[];
  /** How long all of it may take, in ms. */
  patienceMs: number;
  /** Messages of the relay's queue, those in flight included. */
  messages(): Promise<number>;
  /** Told when everything is posted. */
  onPosted?(): void;
};

const LOOK_AGAIN_MS = 500;

/**
 * Posts webhooks to Latchkey while the site that they are for goes through its script, and waits until the site has done
 * them all and nothing is left that might come twice.
 * @param site a fresh one: its log is what tells the plugin's work
 */
export async function sendThrough(
  site: PluginSite,
  webhooks: readonly SentWebhook[],
  { posting, script, patienceMs, messages, onPosted }: Trial,
): Promise<Through> {
  const started = performance.now();
  const patience = AbortSignal.timeout(patienceMs);
  let playedToTheEnd = false;
  const playing = site.play(script).then(() => {
    playedToTheEnd = true;
  });
  const posted = await postAll(webhooks, posting);
  onPosted?.();

  const isOver = () => ![...fatesOf(webhooks, site.requests).values()].includes('lost');
  const ended = await Promise.race([site.until(isOver).then(() => true), aborted(patience)]);
  const seconds = ended ? (performance.now() - started) / 1000 : undefined;
  const outcome = { webhooks, posted, seconds, playedToTheEnd, site };
  await site.setFault();
  await playing;
  while (!patience.aborted && (await messages()) > 0) await wait(LOOK_AGAIN_MS);
  await site.idle();
  return outcome;
}

const aborted = (signal: AbortSignal): Promise<false> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(false), { once: true }));
