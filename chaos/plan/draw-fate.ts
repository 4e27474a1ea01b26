import type { Fate, Passing } from '../../local/fault-proxy.ts';
import type { Random } from '../random.ts';
import type { Phase, Service } from './plan-faults.ts';

/** How many of a service's requests something happens to, outside of phases. */
const SHARE: Readonly<Record<Service, number>> = {
  ...{ dynamodb: 0.05, sqs: 0.07, ssm: 0.04 },
  ...{ crm: 0.18, plugin: 0.12, site: 0.1 },
};

/** What happens, and how often. A CRM is delayed on the way back alone: its limit counts what arrives. */
const HOW: readonly (readonly [number, string])[] = [
  [30, 'delay'],
  [14, 'refuse'],
  [10, 'throttle'],
  [16, 'lose'],
  [10, 'reset'],
  [6, 'twice'],
  [6, 'hang'],
  [8, 'die'],
];

/** How many more answers to questions come late: what is true by then may be something else. */
const LATE: Readonly<Partial<Record<Service, number>>> = { crm: 0.3, dynamodb: 0.15 };

/** AWS' SDK repeats a request once by itself: what strikes one alone is hardly seen. */
const LONGEST_STREAK = 4;

/** What a CRM that throttles for a while asks for. */
const RETRY_AFTER_SECONDS = 3;

/** What happens to a request; `die`: it is done, and whoever asked for it is killed before it knows. */
export type Drawn = { does: string; fate: Fate | 'die' };

/** Draws what happens on a way, request after request: a seed gives the same for the n-th. */
export class Fates {
  readonly #random: Random;
  readonly #service: Service;
  #how = '';
  #left = 0;

  constructor(random: Random, service: Service) {
    this.#random = random;
    this.#service = service;
  }

  draw(passing: Passing): Drawn {
    // Drawn whether it is needed or not, so that each request takes as many.
    const strikes = this.#random.chance(SHARE[this.#service]);
    const how = this.#random.weighted(HOW);
    const streak = this.#random.int(1, LONGEST_STREAK);
    const [delayMs, seconds] = [this.#random.int(20, 700), this.#random.int(2, 4)];
    const isLate = this.#random.chance(LATE[this.#service] ?? 0);
    if (this.#left > 0) {
      this.#left--;
      return this.#fateOf(this.#how, { delayMs, seconds, passing });
    }
    if (!strikes)
      return isLate && isRead(passing) ? this.#fateOf('delay', { delayMs, seconds, passing }) : PASS;
    if (STREAKING.includes(this.#service) && how !== 'delay' && how !== 'die') {
      this.#how = how;
      this.#left = streak - 1;
    }
    return this.#fateOf(how, { delayMs, seconds, passing });
  }

  #fateOf(
    how: string,
    { delayMs, seconds, passing }: { delayMs: number; seconds: number; passing: Passing },
  ): Drawn {
    const service = this.#service;
    if (how === 'delay') return { does: `answers ${delayMs} ms later`, fate: { delayMs } };
    if (how === 'throttle') return { does: 'throttle', fate: throttled(service, passing, seconds) };
    if (how === 'twice' && !mayComeTwice(service, passing)) return PASS;
    if (how === 'die' && !isEffect(service, passing)) return PASS;
    // Whether the plugin's answer was lost is told by the plugin's own host.
    if (how === 'lose' && service === 'plugin') return { does: 'reset', fate: 'reset' };
    return { does: how, fate: how as Fate | 'die' };
  }
}

const PASS: Drawn = { does: 'pass', fate: 'pass' };
const STREAKING: readonly Service[] = ['dynamodb', 'sqs', 'ssm'];

/** What a death right afterwards makes somebody repeat that must not be done twice. */
const isEffect = (service: Service, { method }: Passing): boolean =>
  ['crm', 'plugin'].includes(service) && method !== 'GET';

/** A CRM is asked by GET, DynamoDB by the operation's name. */
const isRead = ({ method, operation }: Passing): boolean =>
  method === 'GET' || operation.endsWith('.GetItem') || operation.endsWith('.Query');

/** What a phase does to a request. */
export function fateInPhase(
  { does }: Phase,
  service: Service,
  passing: Passing,
): { does: string; fate: Fate } {
  return { does, fate: does === 'throttle' ? throttled(service, passing, RETRY_AFTER_SECONDS) : does };
}

/** HTTP carries a request twice where whoever sends it repeats it: AWS' SDK does, and nobody who calls a CRM. */
const mayComeTwice = (service: Service, { operation }: Passing): boolean =>
  ['dynamodb', 'sqs'].includes(service) && !operation.endsWith('TransactWriteItems');

function throttled(service: Service, { operation }: Passing, seconds: number): Fate {
  const aws = (type: string, headers = {}): Fate => ({
    answer: { status: 400, headers, body: { __type: type, message: 'The storm throttles.' } },
  });
  switch (service) {
    case 'dynamodb':
      return aws('com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException');
    case 'sqs':
      return aws('com.amazonaws.sqs#RequestThrottled', { 'x-amzn-query-error': 'RequestThrottled;Sender' });
    case 'ssm':
      return operation === '' ? 'refuse' : aws('ThrottlingException');
    default:
      return {
        answer: {
          status: 429,
          headers: { 'retry-after': String(seconds) },
          body: { message: 'Too many requests' },
        },
      };
  }
}
