import type { ApiRequest, Route, Routes } from '../../router.ts';
import { ok, problem } from './answers.ts';
import type { ApiContext } from './context.ts';
import { contactIdsBody } from './input.ts';

/**
 * The routes that put contacts into a sequence of a campaign, which Keap calls an automation nowadays. Every
 * numeric id names one. A contact has `campaign:sequence` among its automations then, and stays in it.
 */
export function sequenceRoutes(context: ApiContext): Routes {
  const add = (sequence: string, contactId: string): string => {
    const contact = context.liveContact(contactId);
    if (contact === undefined) return 'CONTACT_DOES_NOT_EXIST';
    if (contact.contactAutomations.some(({ automation }) => automation === sequence))
      return 'ALREADY_IN_SEQUENCE';
    context.account.startAutomation(contact, sequence, 'api');
    return 'SUCCESS';
  };

  const route =
    (results: string): Route =>
    ({ params: { id = '', sequence_id: sequence = '' }, body }: ApiRequest) => {
      if (!/^\d+$/.test(id) || !/^\d+$/.test(sequence)) return problem(404, 'Sequence not found');
      const parsed = contactIdsBody.safeParse(body);
      if (!parsed.success) return problem(400, 'contact_ids is required');
      const added = parsed.data.contact_ids.map((contactId) => [
        contactId,
        add(`${id}:${sequence}`, contactId),
      ]);
      return ok({ [results]: Object.fromEntries(added) });
    };

  return {
    'POST /v2/campaigns/{id}/sequences/{sequence_id}:addContacts': route('add_to_sequence_results'),
    'POST /v2/automations/{id}/sequences/{sequence_id}:addContacts': route(
      'add_to_automation_sequence_results',
    ),
  };
}
