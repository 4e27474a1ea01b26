import { setTimeout as wait } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientOptions } from '../../local/endpoints.ts';
import { messagesIn } from '../../local/messages-in.ts';
import type { Product } from '../../local/product.ts';

const LOOK_AGAIN_MS = 25;

/**
 * Waits until no queue holds a message, in flight or waiting; dead letters do not count.
 * @param isBusy whether something else is under way
 * @throws where that takes longer than `patienceMs`
 */
export async function untilQuiet(
  { cloud }: Pick<Product, 'cloud'>,
  { patienceMs, isBusy = () => false }: { patienceMs: number; isBusy?: () => boolean },
): Promise<void> {
  const sqs = new SQSClient(clientOptions(cloud.endpoints.sqs));
  const queues = Object.entries(cloud.queues).flatMap(([name, url]) =>
    name.endsWith('dead-letters') ? [] : [url],
  );
  const isQuiet = async (): Promise<boolean> => {
    const waiting = await Promise.all(queues.map((url) => messagesIn(sqs, url)));
    return !isBusy() && waiting.every((count) => count === 0);
  };
  const end = Date.now() + patienceMs;
  try {
    // Twice: between two looks at queues, a job may go from one to the other.
    while (!((await isQuiet()) && (await isQuiet()))) {
      if (Date.now() > end) throw new Error('something is still under way: the queues do not empty');
      await wait(LOOK_AGAIN_MS);
    }
  } finally {
    sqs.destroy();
  }
}
