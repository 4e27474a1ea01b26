import type { Message } from '@aws-sdk/client-sqs';
import { parseJson } from '../../functions/platform/parse-json.ts';
import { DeadLetters, deadLetterQueues } from './dead-letters.ts';

/**
 * Deletes the dead letters of webhooks that were replayed, so that the alarm on dead letters ends. One that is not
 * found, because it lies behind others of its contact, does no harm: redriven, it replays nothing twice.
 * @param outputs what the deployment printed
 * @param webhooks their ids
 */
export async function clearDeadLetters(
  outputs: Record<string, string>,
  webhooks: ReadonlySet<string>,
): Promise<void> {
  const left = new Set(webhooks);
  for (const queue of deadLetterQueues(outputs)) {
    if (left.size === 0) return;
    const letters = new DeadLetters(queue);
    const others = new Map<string | undefined, Message>();
    let isThrough = false;
    try {
      for await (const taken of letters.take()) {
        for (const letter of taken) {
          const id = webhookOf(letter);
          if (id === undefined || !webhooks.has(id)) {
            isThrough ||= others.has(letter.MessageId); // the first have come back by themselves: all were looked at
            others.set(letter.MessageId, letter);
          } else {
            await letters.delete(letter);
            left.delete(id);
          }
        }
        if (left.size === 0 || isThrough) break;
      }
    } finally {
      for (const letter of others.values()) await letters.putBack(letter);
      letters.close();
    }
  }
}

/** The webhook that a dead letter is about; one that is none of ours has none. */
function webhookOf({ Body = '' }: Message): string | undefined {
  const message = parseJson(Body) as { webhook?: { id?: string } } | null | undefined;
  return message?.webhook?.id;
}
