import type { Contact } from '../../account/records.ts';
import type { ApiAnswer } from '../../router.ts';
import { STATES } from '../states.ts';
import { ok, unprocessable } from './answers.ts';
import type { ApiContext } from './context.ts';
import { page } from './page.ts';

/** Times are known to the second. */
const seconds = (ms: number): number => Math.floor(ms / 1000);

/** What the list can be ordered by; the vendor also orders by cancellation and engagement, which nobody has here. */
const SORT_FIELDS: Record<string, (contact: Contact) => number> = {
  id: ({ id }) => Number(id),
  created_at: ({ createdAt }) => seconds(createdAt),
  updated_at: ({ updatedAt }) => seconds(updatedAt),
};

/** GET /subscribers: filters, order, page. */
export function listSubscribers(context: ApiContext, query: URLSearchParams): ApiAnswer {
  const by = SORT_FIELDS[query.get('sort_field') ?? 'created_at'];
  if (by === undefined) return unprocessable('sort_field is invalid');
  const status = query.get('status') ?? 'active';
  if (status !== 'all' && !STATES.some((state) => state === status))
    return unprocessable('status is invalid');

  const hasStatus = ({ id }: Contact): boolean => status === 'all' || context.states.of(id) === status;
  const found = context.listed().filter((contact) => hasStatus(contact) && matches(contact, query));
  const descending = query.get('sort_order') !== 'asc';
  const { items, pagination } = page(found, { by, descending }, query);
  const slim = query.get('slim') === 'true';
  return ok({
    subscribers: items.map((contact) => context.representation.subscriber(contact, slim)),
    pagination,
  });
}

function matches(contact: Contact, query: URLSearchParams): boolean {
  const is = (key: string, test: (wanted: string) => boolean): boolean => {
    const wanted = query.get(key);
    return wanted === null || wanted === '' || test(wanted);
  };
  const time = (text: string): number => Date.parse(text) / 1000;
  const { email, createdAt, updatedAt } = contact;
  return (
    is('email_address', (list) => list.toLowerCase().split(',').includes(email.toLowerCase())) &&
    is('created_after', (wanted) => seconds(createdAt) > time(wanted)) &&
    is('created_before', (wanted) => seconds(createdAt) < time(wanted)) &&
    is('updated_after', (wanted) => seconds(updatedAt) > time(wanted)) &&
    is('updated_before', (wanted) => seconds(updatedAt) < time(wanted))
  );
}
