import pMap from 'p-map';
import { definitionOf } from '../commands/definition-of.ts';
import type { Patience } from '../crm/pace.ts';
import { OutOfTime, Rejected } from '../platform/errors.ts';
import { siteById } from '../platform/sites.ts';
import type { WebhookRecord } from '../store/webhooks.ts';
import { accept } from '../webhooks/accept.ts';
import { publicPart } from '../webhooks/webhook.ts';

const AT_ONCE = 25; // contacts side by side, each two or three AWS calls
const TIME_FOR_ONE_MS = 5_000;

/**
 * Hands a webhook that speaks for many contacts out to them: each gets a webhook of its own, whose id follows
 * from this one's, so that a repeat after a crash hands nothing out twice. A replay goes by the id of the first try,
 * which may have come to some of them.
 */
export async function handOutToContacts(
  webhook: WebhookRecord,
  { remainingMs }: Pick<Patience, 'remainingMs'>,
): Promise<string> {
  const site = siteById(webhook.site);
  const definition = definitionOf(webhook.command);
  if (!definition) throw new Rejected(`the command ${webhook.command} is not in the catalogue any more`);
  // The identity stays behind: the delivery was checked as a whole, and each contact's part of it counts.
  const { contactIds = [], identity, id, ...open } = publicPart(webhook);
  const { replayOf = id } = webhook;
  const shared = { ...open, ...(webhook.secrets && { secrets: webhook.secrets }) };
  await pMap(
    contactIds,
    async (contactId) => {
      if (remainingMs() < TIME_FOR_ONE_MS) throw new OutOfTime('handing out to the contacts goes on');
      await accept({ ...shared, contactId, id: `${replayOf}-${contactId}` }, definition, site);
    },
    { concurrency: AT_ONCE },
  );
  return `handed out to ${contactIds.length} contacts`;
}
