import type { Site } from '../../functions/platform/config.ts';
import { LOG_RETENTION } from '../../lib/latchkey-function.ts';

/** What remains of a person that was erased at a site, and where. */
export const whatStays = ({ target }: Site): string => `What stays:
  log lines, which hold the contact's id and no personal data; they expire after ${LOG_RETENTION} days
  records of webhooks that spoke for many contacts, with the ids of all, until they expire
  dead letters, which have the contact's id${target ? OF_PLUGIN : OF_MEMBERS}
  backups of the table, which DynamoDB keeps for 35 days
  ${target ? 'the user in WordPress, and the contact in the CRM with its tags' : 'the contact in the CRM with its tags, and the customer at the payment provider'}: erase them there
A webhook of this contact that comes later is recorded again: erase the contact in the CRM first.
`;

const OF_MEMBERS = ` and bring its job back when they are redriven
  that this contact left a team, by its id, for 15 days
  links of subscriptions and codes that were replaced by others, with the contact's id`;

const OF_PLUGIN = '; redriven, they bring nothing back';

/** What of a person cannot be found by what was asked for. Empty where everything is found. @param who as asked for */
export function whatIsNotFound({ target, recordDays }: Site, who: string): string {
  if (!target) return '';
  const others = who.includes('@')
    ? "webhooks that name the contact's id: run the same command with that"
    : 'webhooks in which no id was found, but the e-mail address: run the same command with that';
  return `What is not found by this:
  ${others}
  webhooks in which neither was found, until the site has taken them, and those that failed, for ${recordDays} days
`;
}
