import type { ApiAnswer, ApiRequest, Routes } from '../../router.ts';
import { contactModel } from '../representation.ts';
import { created, isAnswer, noContact, noContent, ok, problem } from './answers.ts';
import { listContacts } from './contact-list.ts';
import type { ApiContext } from './context.ts';
import { duplicateOf, isOption } from './duplicates.ts';
import { type ContactBody, contactInput, mergeBody, parseContact, replacedFields } from './input.ts';
import { masked, showing } from './properties.ts';

/** The routes of contacts in API v2. */
export function contactRoutes(context: ApiContext): Routes {
  const { account } = context;

  const parse = (body: unknown): ContactBody | ApiAnswer => {
    const parsed = parseContact(body, account.definitions);
    return 'wrong' in parsed ? problem(400, parsed.wrong) : parsed;
  };

  const create = ({ query, body }: ApiRequest): ApiAnswer => {
    const show = showing(context, query);
    if (isAnswer(show)) return show;
    const parsed = parse(body);
    if (isAnswer(parsed)) return parsed;
    const option = query.get('duplicate_option');
    if (option !== null && !isOption(option)) return problem(400, 'duplicate_option is not supported');

    const input = contactInput(parsed);
    const present = option === null ? undefined : duplicateOf(account, input, option);
    if (present) {
      const fields = replacedFields(parsed, present);
      return ok(show(account.editContact(present, { ...input, fields }, 'api')));
    }
    const { email = '', phone = '' } = input;
    if (email === '' && phone === '')
      return problem(400, 'A contact needs an email address or a phone number');
    return created(show(account.addContact({ ...input, email, fields: replacedFields(parsed) }, 'api')));
  };

  const update = ({ params: { contact_id: id = '' }, query, body }: ApiRequest): ApiAnswer => {
    const contact = context.liveContact(id);
    if (contact === undefined) return noContact(id);
    const show = showing(context, query);
    if (isAnswer(show)) return show;
    const asked = masked(body, query);
    if (isAnswer(asked)) return asked;
    const parsed = parse(asked.body);
    if (isAnswer(parsed)) return parsed;
    const fields = replacedFields(parsed, contact);
    return ok(show(account.editContact(contact, { ...contactInput(parsed), fields }, 'api')));
  };

  const merge = ({ query, body }: ApiRequest): ApiAnswer => {
    const show = showing(context, query);
    if (isAnswer(show)) return show;
    const parsed = mergeBody.safeParse(body);
    if (!parsed.success) return problem(400, 'contact_id and duplicate_contact_id are required');
    const { contact_id: winnerId, duplicate_contact_id: loserId } = parsed.data;
    if (winnerId === loserId) return problem(400, 'A contact cannot be merged with itself');
    const [winner, loser] = [context.liveContact(winnerId), context.liveContact(loserId)];
    if (winner === undefined || loser === undefined) return noContact(winner ? loserId : winnerId);
    return ok(show(account.mergeContacts(loser, winner, 'api')));
  };

  return {
    'GET /v2/contacts': ({ query }) => listContacts(context, query),
    'POST /v2/contacts': create,
    'GET /v2/contacts/model': () => ok(contactModel(account.definitions)),
    'GET /v2/contacts/{contact_id}': ({ params: { contact_id: id = '' }, query }) => {
      const contact = context.readContact(id);
      if (contact === undefined) return noContact(id);
      const show = showing(context, query);
      return isAnswer(show) ? show : ok(show(contact));
    },
    'PATCH /v2/contacts/{contact_id}': update,
    'DELETE /v2/contacts/{contact_id}': ({ params: { contact_id: id = '' } }) => {
      const contact = context.liveContact(id);
      if (contact === undefined) return noContact(id);
      account.removeContact(contact, 'api');
      return noContent;
    },
    'POST /v2/contacts:merge': merge,
  };
}
