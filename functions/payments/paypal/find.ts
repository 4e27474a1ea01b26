import { type Subscription as Answer, SubscriptionsController } from '@paypal/paypal-server-sdk';
import { Rejected, Unavailable } from '../../platform/errors.ts';
import { isContactReference } from '../contact-reference.ts';
import type { Buyer, Subscription } from '../provider.ts';
import type { PayPalApi } from './api.ts';
import { readOne } from './read-one.ts';
import { toSubscription } from './state-of.ts';

/** The largest page that PayPal's list has. */
const PAGE_SIZE = 20;
/** "Filter supports upto 70 plan IDs." */
const MOST_PLANS = 70;
/** "URLs should not exceed a length of 2000 characters", which the address and the other parameters are part of. */
const LONGEST_PLANS = 1_700;
/** Less than this left, no further request is begun: what is found has to be acted upon. */
const TIME_FOR_ONE_MS = 5_000;

/** Requests of one search: as many as one invocation of a worker has the time for. */
const MOST_REQUESTS = 150;

const LIVING = 'ACTIVE,SUSPENDED';
const ENDED = 'CANCELLED,EXPIRED';

/**
 * Finds a buyer's subscriptions to any of these plans. PayPal has no customers and cannot look for a payer, so the
 * plans' subscriptions are read, 20 a request: those that live, and only where none of them is the buyer's those that
 * have ended. An entry of the list that says neither whose it is nor who pays is read singly, which costs one more.
 * @throws Unavailable where the time does not suffice; Rejected where there are more than can be gone through
 */
export async function findSubscriptions(
  api: PayPalApi,
  buyer: Buyer,
  plans: readonly string[],
): Promise<Subscription[]> {
  let asked: Promise<string | undefined> | undefined;
  const emailOnce = () => (asked ??= buyer.email());
  const search = { api, requests: 0 };
  for (const statuses of [LIVING, ENDED]) {
    const answers = await findAmong(listAll(search, plans, statuses), search, buyer.reference, emailOnce);
    const found = answers.flatMap((answer) => toSubscription(answer) ?? []);
    if (found.length > 0) return found;
  }
  return [];
}

/** A search, and the requests that it has made. */
type Search = { api: PayPalApi; requests: number };

/** Both ways of knowing the buyer in one pass: by reference, and by address where no reference matches. */
async function findAmong(
  entries: AsyncIterable<Answer & { id: string }>,
  search: Search,
  reference: string,
  email: () => Promise<string | undefined>,
): Promise<Answer[]> {
  const ofReference = new Map<string, Answer>();
  const ofNobody = new Map<string, Answer>();
  for await (const entry of entries) {
    const answer = entry.customId || entry.subscriber ? entry : await readInTime(search, entry);
    if (answer.customId === reference) ofReference.set(entry.id, answer);
    else if (!isContactReference(answer.customId)) ofNobody.set(entry.id, answer);
  }
  if (ofReference.size > 0) return completed(search, [...ofReference]);
  const wanted = ofNobody.size > 0 ? normalized(await email()) : '';
  if (wanted === '') return [];
  const ofEmail: [string, Answer][] = [];
  for (const [id, entry] of ofNobody) {
    // One without a reference was read already, if the list did not say who pays.
    const isWhole = entry.subscriber || !entry.customId;
    const answer = isWhole ? entry : await readInTime(search, { ...entry, id });
    if (normalized(answer.subscriber?.emailAddress) === wanted) ofEmail.push([id, answer]);
  }
  return completed(search, ofEmail);
}

/** The plans' subscriptions in these states, page by page. */
async function* listAll(
  search: Search,
  plans: readonly string[],
  statuses: string,
): AsyncGenerator<Answer & { id: string }> {
  for (const planIds of pieces(plans)) {
    for (let page = 1; ; page++) {
      countRequest(search);
      const { subscriptions = [], links = [] } = await search.api.ask('listing subscriptions', (client) =>
        new SubscriptionsController(client).listSubscriptions({
          planIds,
          statuses,
          pageSize: PAGE_SIZE,
          page,
        }),
      );
      for (const { id, ...entry } of subscriptions) if (id) yield { ...entry, id };
      const hasMore = subscriptions.length === PAGE_SIZE || links.some(({ rel }) => rel === 'next');
      if (!hasMore || subscriptions.length === 0) break;
    }
  }
}

/** What is found, with how it is billed: unverified whether a list tells that. */
async function completed(search: Search, found: readonly [string, Answer][]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const [id, answer] of found)
    answers.push(answer.billingInfo && answer.planId ? answer : await readInTime(search, { ...answer, id }));
  return answers;
}

/** An entry of the list as it is by itself; one that is gone meanwhile stays as it was. */
async function readInTime(search: Search, entry: Answer & { id: string }): Promise<Answer> {
  countRequest(search);
  return (await readOne(search.api, entry.id)) ?? entry;
}

function countRequest(search: Search): void {
  if (search.requests === MOST_REQUESTS)
    throw new Rejected(
      `the plans have more subscriptions at PayPal than the ${MOST_REQUESTS * PAGE_SIZE} that are gone through for ` +
        'one contact; its next event tells which is whose, and this can be replayed then: see docs/payments.md',
    );
  // An attempt that counts: too many of them never fit, and would keep the contact's other jobs waiting for ever.
  if (search.api.remainingMs < TIME_FOR_ONE_MS)
    throw new Unavailable('there was no time to read all subscriptions of the plans at PayPal');
  search.requests++;
}

const normalized = (email: string | undefined): string => (email ?? '').trim().toLowerCase();

/** Plans in as few lists as the addresses of requests can hold. */
function pieces(plans: readonly string[]): string[] {
  const lists: string[][] = [];
  for (const plan of new Set(plans)) {
    const last = lists.at(-1);
    const isFull = !last || last.length === MOST_PLANS || encoded([...last, plan]).length > LONGEST_PLANS;
    if (isFull) lists.push([plan]);
    else last.push(plan);
  }
  return lists.map((list) => list.join(','));
}

const encoded = (plans: readonly string[]): string => encodeURIComponent(plans.join(','));
