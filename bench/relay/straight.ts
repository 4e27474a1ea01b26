import type { Delivery } from '../../local/crm-simulators/webhook-sender.ts';
import type { PluginSite } from '../../local/plugin-simulator/plugin-site.ts';
import { type Posting, postAll } from './post-all.ts';
import type { SentWebhook } from './webhook-bodies.ts';

/** How webhooks ended that a CRM posted to the plugin itself. */
export type StraightCounts = {
  sent: number;
  /** Done by the plugin, and answered 2xx in time. */
  taken: number;
  /** Answered 2xx by something else, such as a captcha: the CRM takes them for delivered. */
  onlyBelieved: number;
  /** Answered in time with another status. */
  otherwise: number;
  otherwiseByStatus: Record<string, number>;
  /** No answer in time. */
  tooLate: number;
  /** The connection was refused or reset. */
  noConnection: number;
  /** Done by the plugin though the CRM saw a failure. */
  doneUnseen: number;
  /** Not done by the plugin at all, whatever the CRM believes. */
  lost: number;
};

/**
 * Posts webhooks straight to a site as ActiveCampaign does, each one time, whatever comes of it. Ends when the site has
 * worked off what reached it.
 * @param site a fresh one: its log is what tells the plugin's work
 */
export async function sendStraight(
  site: Pick<PluginSite, 'url' | 'requests' | 'idle'>,
  webhooks: readonly SentWebhook[],
  posting: Omit<Posting, 'base'>,
): Promise<StraightCounts> {
  const ended = await postAll(webhooks, { ...posting, base: site.url });
  await site.idle();
  const done = new Set(site.requests.filter(({ delivered }) => delivered).map(({ seq }) => seq));
  const kinds = ended.map(({ seq, delivery }) => ({
    kind: kindOf(delivery),
    isDone: done.has(seq),
    delivery,
  }));
  const count = (kind: Kind, isDone?: boolean): number =>
    kinds.filter((each) => each.kind === kind && (isDone ?? each.isDone) === each.isDone).length;
  const statuses = kinds.flatMap(({ kind, delivery }) =>
    kind === 'otherwise' && 'status' in delivery ? [String(delivery.status)] : [],
  );
  return {
    sent: webhooks.length,
    taken: count('believed', true),
    onlyBelieved: count('believed', false),
    otherwise: count('otherwise'),
    otherwiseByStatus: countEach(statuses),
    tooLate: count('too late'),
    noConnection: count('no connection'),
    doneUnseen: kinds.filter(({ kind, isDone }) => isDone && kind !== 'believed').length,
    lost: kinds.filter(({ isDone }) => !isDone).length,
  };
}

type Kind = 'believed' | 'otherwise' | 'too late' | 'no connection';

function kindOf(delivery: Delivery): Kind {
  if ('failure' in delivery) return delivery.failure === 'time-out' ? 'too late' : 'no connection';
  return delivery.status >= 200 && delivery.status < 300 ? 'believed' : 'otherwise';
}

const countEach = (values: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(values, (value) => value)].map(([value, all]) => [value, all.length]));
