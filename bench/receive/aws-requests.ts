import { startAwsMeter } from '../support/aws-meter.ts';
import { startAlone } from '../support/invoke-alone.ts';
import type { Stores } from '../support/stores.ts';
import { type Kind, take } from './kinds.ts';

/** Each answer of AWS is held back for so long, that rounds can be told by the clock. */
const DELAY_MS = 400;

/** What one webhook of a kind asked of AWS. */
export type AwsRequests = { kind: Kind; requests: number; rounds: number };

/** Counts what one webhook of each kind asks of AWS, and in how many rounds, in a warm receiver. */
export async function countAwsRequests(stores: Stores, kinds: readonly Kind[]): Promise<AwsRequests[]> {
  const meters = {
    dynamodb: await startAwsMeter(() => stores.endpoints.dynamodb, { delayMs: DELAY_MS }),
    sqs: await startAwsMeter(() => stores.endpoints.sqs, { delayMs: DELAY_MS }),
  };
  const receiver = await startAlone(
    stores.optionsOf('receive', { dynamodb: meters.dynamodb.url, sqs: meters.sqs.url }),
  );
  try {
    const counted: AwsRequests[] = [];
    for (const kind of kinds) {
      await take(kind, receiver, 'before');
      for (const { requests } of Object.values(meters)) requests.length = 0;
      const ms = await take(kind, receiver, 'counted');
      const requests = Object.values(meters).reduce((sum, meter) => sum + meter.requests.length, 0);
      counted.push({ kind, requests, rounds: Math.floor(ms / DELAY_MS) });
    }
    return counted;
  } finally {
    await receiver.end();
    await Promise.all(Object.values(meters).map((meter) => meter.close()));
  }
}
