import type { Contact } from '../../account/records.ts';
import type { ApiAnswer } from '../../router.ts';
import { ok } from './answers.ts';
import type { ApiContext } from './context.ts';
import { page } from './page.ts';

/** GET /contacts: filters, order, page, side-loading. */
export function listContacts(context: ApiContext, query: URLSearchParams): ApiAnswer {
  const { faults, representation } = context;
  const found = context
    .readContacts()
    .filter((contact) => !contact.deleted && !faults.omitFromLists.has(contact.id))
    .filter(filterOf(query, faults.ignoreIds))
    .sort(orderOf(query));
  const { values, total, limit, offset } = page(found, query);
  const include = faults.ignoreInclude ? [] : (query.get('include') ?? '').split(',').filter(Boolean);
  const sideLoads = values.map((contact) => (faults.omitSideLoads.has(contact.id) ? [] : include));

  return ok({
    scoreValues: [],
    ...sideLoaded(context, values, sideLoads, include),
    contacts: values.map((contact, index) => ({
      ...representation.contact(contact),
      scoreValues: [],
      ...relationIds(contact, sideLoads[index] ?? []),
    })),
    meta: { total, page_input: { limit, offset, search: query.get('search'), status: -1 } },
  });
}

/** The ids of each contact's relations, as side-loading adds them to the contact itself. */
function relationIds(contact: Contact, include: string[]): Record<string, string[]> {
  const ids = (records: readonly { id: string }[]): string[] => records.map((record) => record.id);
  return {
    ...(include.includes('fieldValues') && { fieldValues: ids(contact.fieldValues) }),
    ...(includesTags(include) && { contactTags: ids(contact.contactTags) }),
    ...(include.includes('contactAutomations') && { contactAutomations: ids(contact.contactAutomations) }),
  };
}

/** The arrays beside `contacts`. One that was not asked for is absent. */
function sideLoaded(
  { account, representation }: ApiContext,
  contacts: Contact[],
  sideLoads: string[][],
  include: string[],
): Record<string, unknown[]> {
  const loaded = (name: string): Contact[] =>
    contacts.filter((_, index) =>
      sideLoads[index]?.some((wanted) => wanted === name || wanted.startsWith(`${name}.`)),
    );
  const tagIds = new Set(
    loaded('contactTags').flatMap((contact) => contact.contactTags.map(({ tag }) => tag)),
  );
  return {
    ...(include.includes('fieldValues') && {
      fieldValues: loaded('fieldValues').flatMap((contact) =>
        contact.fieldValues.map((value) => representation.fieldValue(contact, value)),
      ),
    }),
    ...(includesTags(include) && {
      contactTags: loaded('contactTags').flatMap((contact) =>
        contact.contactTags.map((contactTag) => representation.contactTag(contact, contactTag)),
      ),
    }),
    ...(include.includes('contactTags.tag') && {
      tags: [...tagIds]
        .flatMap((id) => account.definitions.tags.get(id) ?? [])
        .map((tag) => representation.tag(tag)),
    }),
    ...(include.includes('contactAutomations') && {
      contactAutomations: loaded('contactAutomations').flatMap((contact) =>
        contact.contactAutomations.map((run) => representation.contactAutomation(contact, run)),
      ),
    }),
  };
}

const includesTags = (include: string[]): boolean =>
  include.includes('contactTags') || include.includes('contactTags.tag');

function filterOf(query: URLSearchParams, ignoreIds: boolean): (contact: Contact) => boolean {
  const ids = new Set([...query].filter(([key]) => /^ids(\[\d*\])?$/.test(key)).map(([, id]) => id));
  const is = (key: string, test: (wanted: string) => boolean): boolean => {
    const wanted = query.get(key);
    return wanted === null || wanted === '' || test(wanted);
  };
  return (contact) =>
    (ignoreIds || ids.size === 0 || ids.has(contact.id)) &&
    is('email', (email) => contact.email.toLowerCase() === email.toLowerCase()) &&
    is('email_like', (part) => contact.email.toLowerCase().includes(part.toLowerCase())) &&
    is('search', (part) => searchText(contact).includes(part.toLowerCase())) &&
    is('tagid', (tag) => contact.contactTags.some((contactTag) => contactTag.tag === tag)) &&
    is('id_greater', (id) => Number(contact.id) > Number(id)) &&
    is('id_less', (id) => Number(contact.id) < Number(id)) &&
    is('filters[created_after]', (time) => seconds(contact.createdAt) > Date.parse(time)) &&
    is('filters[created_before]', (time) => seconds(contact.createdAt) < Date.parse(time)) &&
    is('filters[updated_after]', (time) => seconds(contact.updatedAt) > Date.parse(time)) &&
    is('filters[updated_before]', (time) => seconds(contact.updatedAt) < Date.parse(time));
}

/** The vendor knows whole seconds alone: a change later within the second that was asked for is not "after" it. */
const seconds = (ms: number): number => Math.floor(ms / 1000) * 1000;

const searchText = ({ email, firstName, lastName, phone }: Contact): string =>
  `${firstName} ${lastName} ${email} ${phone}`.toLowerCase();

/** Newest first unless told, as in the vendor's examples. */
function orderOf(query: URLSearchParams): (a: Contact, b: Contact) => number {
  const ascending = (key: string): number => (query.get(`orders[${key}]`)?.toUpperCase() === 'ASC' ? 1 : -1);
  if (query.has('orders[email]')) return (a, b) => ascending('email') * a.email.localeCompare(b.email);
  if (query.has('orders[cdate]')) return (a, b) => ascending('cdate') * (a.createdAt - b.createdAt);
  return (a, b) => ascending('id') * (Number(a.id) - Number(b.id));
}
