import type { Contact, Tag } from '../../account/records.ts';
import type { ApiAnswer, Routes } from '../../router.ts';
import { tagV2 } from '../representation.ts';
import { isAnswer, noContent, ok, problem, problemV1 } from './answers.ts';
import type { ApiContext } from './context.ts';
import { contactIdsBody, idsBody, tagIdsBody } from './input.ts';
import { pageOf } from './page.ts';

/** The routes of tags: of one contact and of many, in API v1 and v2. */
export function tagRoutes(context: ApiContext): Routes {
  const { account, faults } = context;
  const tagOf = (id: string): Tag | undefined => account.definitions.tags.get(id);
  const noContact = problemV1(404, 'Contact not found');
  const noTag = (id: string): string => `Tag with id ${id} not found`;

  /** Says how it went. That there is a word for each contact is documented, which one is not. */
  const apply = (contact: Contact | undefined, tag: Tag | undefined): string => {
    if (contact === undefined || tag === undefined) return 'FAILURE';
    return account.addTag(contact, tag, 'api').added ? faults.wordOfSuccess : 'DUPLICATE';
  };
  const remove = (contactId: string, tagId: string): void => {
    const contact = context.liveContact(contactId);
    const held = contact?.contactTags.find(({ tag }) => tag === tagId);
    if (contact && held) account.removeTag(contact, held.id, 'api');
  };
  const isSpoilt = (contactIds: string[]): boolean =>
    faults.missingSpoilLists && contactIds.some((id) => context.liveContact(id) === undefined);

  return {
    'GET /v2/tags': ({ query }) => {
      const [, name] = /^name==(.*)$/s.exec(query.get('filter') ?? '') ?? [];
      if (query.has('filter') && name === undefined) return problem(400, 'filter has an unknown condition');
      const tags = [...account.definitions.tags.values()];
      const page = pageOf(name === undefined ? tags : tags.filter((tag) => tag.name === name), query);
      return isAnswer(page) ? page : ok({ tags: page.values.map(tagV2), ...page.next });
    },
    'POST /v2/tags/{tag_id}/contacts:applyTags': ({ params: { tag_id: id = '' }, body }) => {
      const tag = tagOf(id);
      if (tag === undefined) return problem(404, noTag(id));
      const parsed = contactIdsBody.safeParse(body);
      if (!parsed.success) return problem(400, 'contact_ids is required');
      const results = parsed.data.contact_ids.map((contactId) => [
        contactId,
        apply(context.liveContact(contactId), tag),
      ]);
      return ok({ results: Object.fromEntries(results) });
    },
    'POST /v2/tags/{tag_id}/contacts:removeTags': ({ params: { tag_id: id = '' }, body }) => {
      if (tagOf(id) === undefined) return problem(404, noTag(id));
      const parsed = contactIdsBody.safeParse(body);
      if (!parsed.success) return problem(400, 'contact_ids is required');
      for (const contactId of parsed.data.contact_ids) remove(contactId, id);
      return noContent;
    },
    'POST /v1/contacts/{contactId}/tags': ({ params: { contactId = '' }, body }) => {
      if (context.liveContact(contactId) === undefined) return noContact;
      const parsed = tagIdsBody.safeParse(body);
      if (!parsed.success) return problemV1(400, 'tagIds is required');
      // Each tag changes the contact, so the next one needs it anew.
      return ok(parsed.data.tagIds.map((id) => ({ [id]: apply(context.liveContact(contactId), tagOf(id)) })));
    },
    'DELETE /v1/contacts/{contactId}/tags': ({ params: { contactId = '' }, query }) => {
      if (context.liveContact(contactId) === undefined) return noContact;
      return removeAll(query, (id) => remove(contactId, id));
    },
    'DELETE /v1/contacts/{contactId}/tags/{tagId}': ({ params: { contactId = '', tagId = '' } }) => {
      if (context.liveContact(contactId) === undefined) return noContact;
      remove(contactId, tagId);
      return noContent;
    },
    'POST /v1/tags/{tagId}/contacts': ({ params: { tagId = '' }, body }) => {
      const tag = tagOf(tagId);
      if (tag === undefined) return problemV1(404, noTag(tagId));
      const parsed = idsBody.safeParse(body);
      if (!parsed.success) return problemV1(400, 'ids is required');
      if (isSpoilt(parsed.data.ids)) return noContact;
      return ok(parsed.data.ids.map((id) => ({ [id]: apply(context.liveContact(id), tag) })));
    },
    'DELETE /v1/tags/{tagId}/contacts': ({ params: { tagId = '' }, query }) => {
      if (tagOf(tagId) === undefined) return problemV1(404, noTag(tagId));
      if (isSpoilt(idsIn(query))) return noContact;
      return removeAll(query, (id) => remove(id, tagId));
    },
  };
}

/** Removes for each of the query's `ids`. What is not there is no error. */
function removeAll(query: URLSearchParams, remove: (id: string) => void): ApiAnswer {
  const ids = idsIn(query);
  if (ids.length === 0) return problemV1(400, 'ids is required');
  for (const id of ids) remove(id);
  return noContent;
}

const idsIn = (query: URLSearchParams): string[] => query.getAll('ids').flatMap((value) => value.split(','));
