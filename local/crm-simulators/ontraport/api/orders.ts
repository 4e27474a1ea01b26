import type { Account } from '../../account/account.ts';
import type { Contact } from '../../account/records.ts';
import type { ApiAnswer, Routes } from '../../router.ts';
import type { Later } from '../later.ts';
import { badRequest, ok } from './answers.ts';
import { MAX_RANGE } from './contact-list.ts';
import { addTagsBody, removeTagsBody, subscribeBody } from './input.ts';

/**
 * The routes that have something done to many contacts at once. Tags change later. Nothing is said of a contact
 * or a tag that is not there.
 */
export function orderRoutes(account: Account, later: Later): Routes {
  /**
   * The contacts that an order names. Unverified, but the worst that could be: without ids it is for everybody, and
   * otherwise, as a list, for one page of them, because it takes a list's `range`.
   */
  const contactsOf = (ids: readonly string[]): Contact[] =>
    ids.length === 0
      ? account.contacts()
      : ids.slice(0, MAX_RANGE).flatMap((id) => account.contact(id) ?? []);

  /** Carries out an order later, for each pair of a contact, as it is then, and a tag. */
  const changeTags = (
    { ids, tags }: { ids: string[]; tags: string[] },
    change: (contact: Contact, tag: string) => void,
  ): ApiAnswer => {
    later.add(() => {
      for (const { id } of contactsOf(ids)) {
        for (const tag of tags) {
          const contact = account.contact(id);
          if (contact) change(contact, tag);
        }
      }
    });
    return ok('The tags are being processed');
  };

  return {
    'PUT /objects/tag': ({ body }) => {
      const { data } = addTagsBody.safeParse(body);
      if (!data) return badRequest('objectID, ids or add_list is missing');
      return changeTags({ ids: data.ids, tags: data.add_list }, (contact, id) => {
        const tag = account.definitions.tags.get(id);
        if (tag) account.addTag(contact, tag, 'api');
      });
    },
    'DELETE /objects/tag': ({ body }) => {
      const { data } = removeTagsBody.safeParse(body);
      if (!data) return badRequest('objectID, ids or remove_list is missing');
      return changeTags({ ids: data.ids, tags: data.remove_list }, (contact, id) => {
        const relation = contact.contactTags.find(({ tag }) => tag === id);
        if (relation) account.removeTag(contact, relation.id, 'api');
      });
    },
    'PUT /objects/subscribe': ({ body }) => {
      const { data } = subscribeBody.safeParse(body);
      if (!data) return badRequest('objectID, ids, add_list or sub_type is missing');
      for (const { id } of contactsOf(data.ids)) {
        for (const automation of data.add_list) {
          const contact = account.contact(id);
          if (contact) account.startAutomation(contact, automation, 'api');
        }
      }
      return ok('The subscription is being processed');
    },
  };
}
