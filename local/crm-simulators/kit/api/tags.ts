import type { Contact, Tag } from '../../account/records.ts';
import type { ApiAnswer, Routes } from '../../router.ts';
import { created, noContent, notFound, ok } from './answers.ts';
import type { ApiContext } from './context.ts';
import { page } from './page.ts';

/** The routes of tags, of tags at subscribers, and of sequences, which are Kit's automations. */
export function tagRoutes({ account, representation }: ApiContext): Routes {
  const find = (
    { tag = '', id = '' }: Record<string, string>,
    answer: (contact: Contact, tag: Tag) => ApiAnswer,
  ): ApiAnswer => {
    const contact = account.contact(id);
    const found = account.definitions.tags.get(tag);
    return contact && found ? answer(contact, found) : notFound;
  };

  return {
    'GET /tags': ({ query }) => {
      const byId = { by: (tag: Tag) => Number(tag.id), descending: true };
      const { items, pagination } = page([...account.definitions.tags.values()], byId, query);
      return ok({ tags: items.map((tag) => representation.tag(tag)), pagination });
    },
    'POST /tags/{tag}/subscribers/{id}': ({ params }) =>
      find(params, (contact, tag) => {
        const { added } = account.addTag(contact, tag, 'api');
        const answer = { subscriber: representation.subscriber(contact) };
        return added ? created(answer) : ok(answer);
      }),
    'DELETE /tags/{tag}/subscribers/{id}': ({ params }) =>
      find(params, (contact, tag) => {
        const relation = contact.contactTags.find((held) => held.tag === tag.id);
        if (!relation) return notFound; // what Kit answers here is not documented: 404 is the harder case
        account.removeTag(contact, relation.id, 'api');
        return noContent;
      }),
    'POST /sequences/{sequence}/subscribers/{id}': ({ params: { sequence = '', id = '' } }) => {
      const contact = account.contact(id);
      if (!contact || !SEQUENCES.includes(sequence)) return notFound;
      const answer = { subscriber: representation.subscriber(contact) };
      if (contact.contactAutomations.some(({ automation }) => automation === sequence)) return ok(answer);
      account.startAutomation(contact, sequence, 'api');
      return created(answer);
    },
  };
}

/** The sequences that the account has. */
const SEQUENCES = ['31', '32'];
