import { WebhookTally } from '../../local/crm-simulators/webhook-tally.ts';
import { type OrderViolation, violationsOfOrder } from '../../local/plugin-simulator/order.ts';
import { answerLost, type SiteRequest } from '../../local/plugin-simulator/request-log.ts';
import { type Fate, fatesOf } from './fates.ts';
import type { Through } from './through.ts';

/** What the relay is held against. */
export type Limits = {
  /** Requests that the host bears at the same time. */
  concurrency: number;
  /** What it takes for one while it is well, in ms. */
  answerMs: number;
};

/** What was seen of a relay, in numbers. Times are ms unless they say otherwise. */
export type RelayCounts = {
  sent: number;
  /** Answered 2xx before the CRM hung up. */
  answered: number;
  p50Ms: number;
  p99Ms: number;
  slowestMs: number;
  fates: Record<Fate, number>;
  violations: readonly OrderViolation[];
  mostOpen: number;
  /** Times that the plugin did what it had done before. */
  repeated: number;
  /** Those of them before which the plugin's answer had arrived. */
  repeatedForNothing: number;
  seconds: number | undefined;
  /** What a host takes at least that is always well, for the webhooks that were not joined. */
  leastSeconds: number;
  playedToTheEnd: boolean;
};

/** Counts what came of webhooks that went through Latchkey. */
export function countThrough(
  { webhooks, posted, seconds, playedToTheEnd, site }: Through,
  { concurrency, answerMs }: Limits,
): RelayCounts {
  const tally = new WebhookTally();
  for (const { delivery } of posted) tally.add(delivery);
  const answers = tally.counts();
  const all = [...fatesOf(webhooks, site.requests).values()];
  const count = (fate: Fate): number => all.filter((each) => each === fate).length;
  const fates = { done: count('done'), joined: count('joined'), lost: count('lost') };
  const repeats = repeatsIn(site.requests);
  return {
    ...{ sent: webhooks.length, answered: answers.posted - answers.failed },
    ...{ p50Ms: answers.p50Ms, p99Ms: answers.p99Ms, slowestMs: answers.slowestMs },
    ...{ fates, violations: violationsOfOrder(site.requests), mostOpen: site.mostOpen },
    ...{ repeated: repeats.length, repeatedForNothing: repeats.filter((lost) => !lost).length },
    ...{ seconds, leastSeconds: (fates.done * answerMs) / concurrency / 1000, playedToTheEnd },
  };
}

/** For each time that the plugin did something again: whether the answer to the time before was lost. */
function repeatsIn(requests: readonly SiteRequest[]): boolean[] {
  const done = requests.filter(({ delivered }) => delivered);
  return [...Map.groupBy(done, ({ seq }) => seq).values()].flatMap((all) => all.slice(0, -1).map(answerLost));
}

/** Where the relay did not keep what it promises, in words; where it was not put to the test, too. */
export function troublesOf(counts: RelayCounts, { concurrency }: Pick<Limits, 'concurrency'>): string[] {
  const { sent, answered, fates, violations, mostOpen, repeatedForNothing, playedToTheEnd } = counts;
  const [violation] = violations;
  return [
    ...(answered < sent ? [`${sent - answered} of ${sent} webhooks were not answered 2xx in time`] : []),
    ...(fates.lost > 0 ? [`${fates.lost} of ${sent} webhooks never reached the plugin`] : []),
    ...(violation
      ? [
          `${violations.length} webhooks were out of order: of contact ${violation.contactId}, number ${violation.seq} ` +
            `${violation.how === 'went back' ? 'came after' : 'came before the answer to'} number ${violation.to}`,
        ]
      : []),
    ...(mostOpen > concurrency
      ? [`the site had ${mostOpen} requests at once, of the ${concurrency} in its config`]
      : []),
    ...(repeatedForNothing > 0
      ? [`${repeatedForNothing} webhooks were handed on again though the plugin's answer had arrived`]
      : []),
    ...(playedToTheEnd ? [] : ['the site had not gone through all of its trouble: it takes more webhooks']),
  ];
}
