import type { Routes } from '../../router.ts';
import { created, noResult, ok, unprocessable } from './answers.ts';
import type { ApiContext } from './context.ts';
import { contactAutomationBody, contactTagBody, tagBody } from './input.ts';
import { page } from './page.ts';

/** The routes of tags, of tags at contacts, and of starting an automation. */
export function tagRoutes(context: ApiContext): Routes {
  const { account, representation } = context;
  return {
    'GET /tags': ({ query }) => {
      const part = (query.get('search') ?? query.get('filters[search][contains]') ?? '').toLowerCase();
      const exact = query.get('filters[search][eq]')?.toLowerCase();
      const found = [...account.definitions.tags.values()].filter(({ name }) => {
        const lower = name.toLowerCase();
        return lower.includes(part) && (exact === undefined || lower === exact);
      });
      const { values, total } = page(found, query);
      return ok({ tags: values.map((tag) => representation.tag(tag)), meta: { total } });
    },
    'GET /tags/{id}': ({ params: { id = '' } }) => {
      const tag = account.definitions.tags.get(id);
      if (tag === undefined) return noResult('Tag', id);
      const holders = context
        .readContacts()
        .filter((contact) => contact.contactTags.some((held) => held.tag === id));
      return ok({ tag: { ...representation.tag(tag), subscriber_count: String(holders.length) } });
    },
    'POST /tags': ({ body }) => {
      const parsed = tagBody.safeParse(body);
      if (!parsed.success) return unprocessable('Tag name is required', 'field_missing', 'tag');
      const { tag: name, description = '' } = parsed.data.tag;
      if (account.definitions.findTag(name)) return unprocessable('Tag already exists', 'duplicate', 'tag');
      return created({ tag: representation.tag(account.definitions.addTag({ name, description })) });
    },
    'POST /contactTags': ({ body }) => {
      const parsed = contactTagBody.safeParse(body);
      if (!parsed.success) return missingAttribute(body, 'contactTag', 'tag');
      const contact = context.liveContact(parsed.data.contactTag.contact);
      if (contact === undefined) return notFound('Contact not found');
      const tag = account.definitions.tags.get(parsed.data.contactTag.tag);
      if (tag === undefined) return notFound('Tag not found');
      const { contactTag, added } = account.addTag(contact, tag, 'api');
      const answer = { contactTag: representation.contactTag(contact, contactTag) };
      return added ? created(answer) : ok(answer); // for a tag that is already there no status is documented
    },
    'DELETE /contactTags/{id}': ({ params: { id = '' } }) => {
      const contact = account.contactOfTag(id);
      if (contact === undefined) return noResult('SubscriberTag', id);
      account.removeTag(contact, id, 'api');
      return ok({});
    },
    'POST /contactAutomations': ({ body }) => {
      const parsed = contactAutomationBody.safeParse(body);
      if (!parsed.success) return missingAttribute(body, 'contactAutomation', 'automation');
      const contact = context.liveContact(parsed.data.contactAutomation.contact);
      if (contact === undefined) return notFound('Contact not found');
      const run = account.startAutomation(contact, parsed.data.contactAutomation.automation, 'api');
      return created({
        contacts: [representation.contact(context.liveContact(contact.id) ?? contact)],
        contactAutomation: representation.contactAutomation(contact, run),
      });
    },
  };
}

const notFound = (detail: string) => ({
  status: 404,
  body: { errors: [{ status: 404, title: 'Not Found', detail }] },
});

/** 422 that names the first of `contact` and `other` that the body lacks. */
function missingAttribute(body: unknown, member: string, other: string) {
  const given = (body as Record<string, Record<string, unknown>> | undefined)?.[member];
  const attribute = given?.contact === undefined ? 'contact' : other;
  return {
    status: 422,
    body: {
      errors: [
        { status: 422, title: 'Missing attribute', source: { pointer: `/data/attributes/${attribute}` } },
      ],
    },
  };
}
