import { type EventEmitter, on } from 'node:events';
import type { Site } from '../../functions/platform/config.ts';
import type { RunResult } from '../crm-simulators/account/automation.ts';
import type { Product } from '../product.ts';
import type { DemoCrm } from './crms.ts';
import { type Look, lookAtMembers } from './look-at-members.ts';
import type { Screen } from './screen.ts';

/** The tag that the release gives to everybody. */
export const RELEASE_TAG = 'Module 1 released';

/** Emitted on the log's emitter for each line of the function of that name, with the line. */
type Log = EventEmitter<Record<string, [line: string]>>;

/** The function that applies what waited; it writes a line after each piece of work. */
const APPLIES = 'sync-batch';

/** How long the members may take once the delay is over, beyond what the CRM's limit asks for. */
const PATIENCE_SECONDS = 300;

export type TimedRelease = {
  product: Product;
  log: Log;
  site: Site;
  /** The site's CRM. */
  crm: DemoCrm;
  handshake: string;
  contacts: number;
};

/** How a release went, from the CRM's side and from the table's. */
export type Outcome = {
  contacts: number;
  webhooks: RunResult;
  crmRequests: { total: number; refused: number };
  members: Look;
  /** From the first webhook to the last member, in seconds. */
  seconds: number;
};

/**
 * Plays a timed release: the CRM tags all contacts and posts a webhook for each at once, and Latchkey pulls
 * them when the site's batch delay is over. Ends when every webhook is final, or when patience does.
 */
export async function playTimedRelease(release: TimedRelease, screen: Screen): Promise<Outcome> {
  const { product, log, site, crm, handshake, contacts } = release;
  const account = product.simulators.get(site.id);
  if (!account) throw new Error(`the site ${site.id} has no simulated CRM`);
  if (account.contacts.count < contacts) account.seedContacts(contacts - account.contacts.count);
  account.requests.reset();

  const started = performance.now();
  const patienceSeconds = PATIENCE_SECONDS + Math.ceil(contacts * crm.secondsEach);
  const patience = AbortSignal.timeout((site.batchDelaySeconds + patienceSeconds) * 1000);
  const pieces = on(log, APPLIES, { signal: patience }); // from now on: with a short delay, pieces end early
  const webhooks = await account.automation.tagAndPost({
    count: contacts,
    tag: RELEASE_TAG,
    url: `${product.cloud.url}/?aal_batchsync=${handshake}`,
    onProgress: ({ answered, failed }) =>
      screen.progress('Webhooks answered', answered, contacts, `failed ${failed}`),
  });
  const look = (): Promise<Look> => lookAtMembers(product, release, webhooks.contactIds, RELEASE_TAG);
  const stopCounting = countDown(site.batchDelaySeconds, started, screen, contacts);
  let members = await look();
  try {
    while (members.waiting > 0) {
      await pieces.next();
      stopCounting();
      members = await look();
      screen.progress('Members synced', members.synced, contacts);
    }
  } catch (error) {
    if (!patience.aborted) throw error;
    screen.say(`  ${members.waiting} webhooks are not final after ${patienceSeconds} s of patience.`);
  } finally {
    stopCounting();
    screen.endProgress();
    await pieces.return?.();
  }
  const { total, refused } = account.requests;
  const seconds = (performance.now() - started) / 1000;
  return { contacts, webhooks, crmRequests: { total, refused }, members, seconds };
}

/** Shows the batch delay as it passes, then that members are to come. Returns what ends the showing. */
function countDown(delaySeconds: number, started: number, screen: Screen, contacts: number): () => void {
  const timer = setInterval(() => {
    const passed = Math.floor((performance.now() - started) / 1000);
    if (passed <= delaySeconds) screen.progress('Seconds of the batch delay', passed, delaySeconds);
    else screen.progress('Members synced', 0, contacts, 'collected for one batch first');
  }, 1000);
  return () => clearInterval(timer);
}
