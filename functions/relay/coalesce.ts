import { definition as crmEvent } from '../commands/crm-event.ts';
import { definitionOf } from '../commands/definition-of.ts';
import { definition as passThrough } from '../commands/pass-through.ts';
import { joinTogether } from '../store/joins.ts';
import type { WebhookRecord } from '../store/webhooks.ts';
import { isContact } from '../webhooks/webhook.ts';
import { queryKey } from './query.ts';

const MOST_AT_ONCE = 50; // a transaction takes 100 writes; what remains is joined the next time

/**
 * Lets the oldest of a contact's waiting webhooks be served by the newest of those behind it that ask for the same
 * update, as long as nothing else stands between them: what was asked last brings all that was asked before. What
 * adds or generates is never joined.
 * @param waiting oldest first
 * @param updates queries of what is passed through, that only ask for an update
 * @returns the webhook to hand on now; undefined where somebody else is at these: look again
 */
export async function coalesce(
  waiting: readonly WebhookRecord[],
  updates: readonly string[],
): Promise<WebhookRecord | undefined> {
  const [oldest] = waiting;
  if (!oldest) return undefined;
  const same = sameUpdates(waiting, updates).slice(0, MOST_AT_ONCE);
  const newest = same.at(-1);
  if (!newest || newest === oldest) return oldest;
  const joined = await joinTogether(same.slice(0, -1), newest);
  return joined ? newest : undefined;
}

/** The webhooks from the oldest on that ask for the update that it asks for. */
function sameUpdates(waiting: readonly WebhookRecord[], updates: readonly string[]): WebhookRecord[] {
  const key = waiting[0] && updateKey(waiting[0], updates);
  const other = waiting.findIndex((record) => key === undefined || updateKey(record, updates) !== key);
  return waiting.slice(0, other === -1 ? waiting.length : other);
}

/** What updates share that may stand in for each other; undefined for what is no update. */
function updateKey(
  { command, contactId, request, parameters }: WebhookRecord,
  updates: readonly string[],
): string | undefined {
  if (!request || !isContact(contactId) || !isUpdate({ command, parameters }, request.query, updates))
    return undefined;
  const { method, path, query, secretIn } = request;
  // DynamoDB gives the attributes of a map back in any order.
  const said = Object.entries(parameters).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([command, said, method, path, queryKey(query), secretIn]);
}

function isUpdate(
  { command, parameters }: Pick<WebhookRecord, 'command' | 'parameters'>,
  query: string,
  updates: readonly string[],
): boolean {
  if (command === passThrough.name) return updates.some((update) => queryKey(update) === queryKey(query));
  if (command === crmEvent.name) return saysAll(parameters);
  return definitionOf(command)?.onlyUpdates === true;
}

/** The contact itself has changed, in the word of ActiveCampaign or Keap. */
const CHANGED = /^(contact[._])?(update|edit)$/;

/** Whether an event's type and tag say all of it. Others name a list, a link or a deal as well, which the last may not. */
const saysAll = ({ type, tag }: WebhookRecord['parameters']): boolean =>
  tag !== undefined || CHANGED.test(String(type));
