import type { Alone } from '../support/invoke-alone.ts';
import { webhookEvent } from '../support/webhook-event.ts';

/** What a webhook may cost at most: requests to AWS, and rounds of them, each of which waits for the one before. */
type AtMost = { requests: number; rounds: number };

/** A kind of webhook, by what it makes the receiver do. */
export type Kind = {
  name: string;
  /** @param contact a contact's id: each webhook is of one of its own, so that none joins another */
  event(contact: string): string;
  status: number;
  atMost: AtMost;
};

const FIELDS = { 'contact[email]': 'somebody@example.com', 'contact[first_name]': 'Some', type: 'subscribe' };

/**
 * All kinds that differ in what is asked of AWS, the light one first.
 * @param site a site's handshake, and the name of an operation that it has
 */
export function kindsOf({ handshake, operation }: { handshake: string; operation: string }): Kind[] {
  const webhook = (command: string, more: Record<string, string> = {}, by = handshake) => ({
    event: (contact: string) => webhookEvent(command, by, { 'contact[id]': contact, ...FIELDS, ...more }),
    status: by === handshake ? 200 : 401,
  });
  return [
    {
      name: 'light: aal_updateuser',
      ...webhook('aal_updateuser'),
      atMost: { requests: 2, rounds: 1 }, // record, flag
    },
    {
      name: 'heavy: aal_genpass',
      ...webhook('aal_genpass'),
      atMost: { requests: 3, rounds: 1 }, // record, flag, job
    },
    {
      name: 'adding: aal_fieldop',
      ...webhook('aal_fieldop', { operationId: operation }),
      atMost: { requests: 3, rounds: 1 }, // record together with the claim, flag, job
    },
    {
      name: 'batch: aal_batchsync',
      ...webhook('aal_batchsync'),
      atMost: { requests: 3, rounds: 2 }, // the flag first: it tells whether a job waits already
    },
    {
      name: 'refused: wrong handshake',
      ...webhook('aal_updateuser', {}, 'benchmark-wrong-0123456789abcdef'),
      atMost: { requests: 0, rounds: 0 },
    },
  ];
}

/**
 * Has a receiver take one webhook.
 * @returns how long that took, in ms
 * @throws where it is not answered as that kind is
 */
export async function take(
  { name, event, status }: Pick<Kind, 'name' | 'event' | 'status'>,
  receiver: Alone,
  contact: string,
): Promise<number> {
  const { answer, ms } = await receiver.invoke(event(contact));
  if ((answer as { statusCode?: number }).statusCode !== status)
    throw new Error(`${name} was answered ${JSON.stringify(answer)}`);
  return ms;
}
