import { type MeteredRequest, startAwsMeter } from '../support/aws-meter.ts';
import { startAlone } from '../support/invoke-alone.ts';
import type { Stores } from '../support/stores.ts';
import { type Kind, take } from './kinds.ts';

/** Each answer of AWS is held back for so long, that those side by side are seen to be; the SDK gives up after 800 ms. */
const DELAY_MS = 200;

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
      await take(kind, receiver, 'counted');
      const requests = Object.values(meters).flatMap((meter) => meter.requests);
      counted.push({ kind, requests: requests.length, rounds: roundsOf(requests) });
    }
    return counted;
  } finally {
    await receiver.end();
    await Promise.all(Object.values(meters).map((meter) => meter.close()));
  }
}

/** How many of them came one after the other: one that comes before another of its round is answered waits for none. */
function roundsOf(requests: readonly MeteredRequest[]): number {
  let rounds = 0;
  let firstAnswer = Number.NEGATIVE_INFINITY;
  for (const { came, answered } of requests.toSorted((one, other) => one.came - other.came)) {
    if (came >= firstAnswer) {
      rounds++;
      firstAnswer = answered;
    } else firstAnswer = Math.min(firstAnswer, answered);
  }
  return rounds;
}
