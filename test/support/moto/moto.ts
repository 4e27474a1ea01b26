import { ACCOUNT_ID } from '../../../local/endpoints.ts';
import { startOnFreePort } from '../../../local/free-port.ts';
import type { BackEnd } from '../back-end.ts';
import { startTurnstile } from './turnstile.ts';

/** Starts a moto_server of its own, in memory, with a turnstile before each of its two services. */
export async function startMoto(): Promise<BackEnd> {
  const moto = await startOnFreePort(
    (port) => ['env', `MOTO_ACCOUNT_ID=${ACCOUNT_ID}`, 'moto_server', '-H', '127.0.0.1', '-p', `${port}`],
    /Running on/,
  );
  const [dynamodb, sqs] = await Promise.all([startTurnstile(moto.endpoint), startTurnstile(moto.endpoint)]);
  return {
    servers: { dynamodb: dynamodb.url, sqs: sqs.url },
    stop: async () => {
      await Promise.all([dynamodb.close(), sqs.close()]);
      await moto.stop();
    },
  };
}
