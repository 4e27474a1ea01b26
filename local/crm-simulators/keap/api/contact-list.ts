import type { Contact } from '../../account/records.ts';
import type { ApiAnswer } from '../../router.ts';
import { isAnswer, ok, problem } from './answers.ts';
import { contactFilter } from './contact-filter.ts';
import type { ApiContext } from './context.ts';
import { pageOf } from './page.ts';
import { showing } from './properties.ts';

/** GET /v2/contacts: filter, order, page, properties. */
export function listContacts(context: ApiContext, query: URLSearchParams): ApiAnswer {
  const { faults } = context;
  const show = showing(context, query);
  if (isAnswer(show)) return show;
  const isWanted = contactFilter(query.get('filter') ?? '', faults);
  if (isAnswer(isWanted)) return isWanted;
  const order = orderOf(query.get('order_by') ?? 'id asc');
  if (isAnswer(order)) return order;

  const found = context
    .readContacts()
    .filter((contact) => !faults.omitFromLists.has(contact.id) && isWanted(contact))
    .sort(order);
  const page = pageOf(found, query);
  if (isAnswer(page)) return page;
  const contacts = page.values.map((contact) => {
    const { tag_ids, ...others } = show(contact);
    return faults.omitTagIds.has(contact.id) ? others : { ...others, tag_ids }; // undefined is not sent
  });
  return ok({ contacts, ...page.next });
}

/** A property and a direction, such as `update_time desc`. What joins the two is undocumented. */
function orderOf(orderBy: string): ((a: Contact, b: Contact) => number) | ApiAnswer {
  const [, name, direction] = /^(id|create_time|email|update_time)(?: (asc|desc))?$/.exec(orderBy) ?? [];
  if (name === undefined) return problem(400, 'order_by is not supported');
  const sign = direction === 'desc' ? -1 : 1;
  if (name === 'email') return (a, b) => sign * a.email.localeCompare(b.email);
  if (name === 'create_time') return (a, b) => sign * (a.createdAt - b.createdAt);
  if (name === 'update_time') return (a, b) => sign * (a.updatedAt - b.updatedAt);
  return (a, b) => sign * (Number(a.id) - Number(b.id));
}
