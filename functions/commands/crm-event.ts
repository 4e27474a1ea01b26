import { defineCommand } from './definition.ts';
import { note } from './parameters.ts';

/** What an event webhook of a CRM stands for: look at this contact again, and nothing more. */
export const definition = defineCommand({
  name: 'crm_event',
  summary: 'Mark the contact as changed, because an event of its CRM says that it may have.',
  internal: true,
  handling: 'flag',
  onlyUpdates: true,
  parameters: {
    type: note('What happened, in the word of the CRM.', 64),
    tag: note('The tag that it is about.', 200),
  },
  whenToUse: 'The CRM tells of every change of a contact by itself, without an automation.',
});
