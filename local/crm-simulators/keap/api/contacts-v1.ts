import type { Routes } from '../../router.ts';
import { contactV1 } from '../representation.ts';
import { created, ok, problemV1 } from './answers.ts';
import type { ApiContext } from './context.ts';
import { duplicateOf, isOption } from './duplicates.ts';
import { contactInput, listedFields, parseContact } from './input.ts';

/**
 * The routes of API v1 that create or update. They update "with only the values provided", which is taken to
 * hold for custom fields too, unlike in API v2.
 */
export function contactV1Routes({ account, liveContact }: ApiContext): Routes {
  return {
    'PATCH /v1/contacts/{contactId}': ({ params: { contactId = '' }, body }) => {
      const contact = liveContact(contactId);
      if (contact === undefined) return problemV1(404, 'Contact not found');
      const parsed = parseContact(body, account.definitions);
      if ('wrong' in parsed) return problemV1(400, parsed.wrong);
      const input = { ...contactInput(parsed), fields: listedFields(parsed) };
      return ok(contactV1(account.editContact(contact, input, 'api')));
    },
    'PUT /v1/contacts': ({ body }) => {
      const parsed = parseContact(body, account.definitions);
      if ('wrong' in parsed) return problemV1(400, parsed.wrong);
      const option = parsed.duplicate_option;
      if (!isOption(option)) return problemV1(400, 'duplicate_option must be Email or EmailAndName');

      const input = { ...contactInput(parsed), fields: listedFields(parsed) };
      const present = duplicateOf(account, input, option);
      if (present) return ok(contactV1(account.editContact(present, input, 'api')));
      const { email = '', phone = '' } = input;
      if (email === '' && phone === '')
        return problemV1(400, 'A contact needs an email address or a phone number');
      return created(contactV1(account.addContact({ ...input, email }, 'api')));
    },
  };
}
