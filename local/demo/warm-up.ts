import pMap from 'p-map';
import type { LambdaFunction } from '../function.ts';
import type { Product } from '../product.ts';

/** After so many webhooks each, V8 has compiled what receiving needs. */
const WEBHOOKS_EACH = 100;

/**
 * Starts every function and lets the receiving ones take some light webhooks, of contacts that no CRM has.
 * Lambda answers a burst with as many environments as it takes; here a few must do, so they start warm.
 * @param receivers environments of the receiving function
 */
export async function warmUp({ cloud }: Product, handshake: string, receivers: number): Promise<void> {
  const count = (each: LambdaFunction): number => (each.name === 'receive' ? receivers : 1);
  await Promise.all(Object.values(cloud.functions).map((each) => each.warm(count(each))));
  const url = `${cloud.url}/?aal_updateuser=${handshake}`;
  const post = async (_: unknown, index: number): Promise<void> => {
    const body = new URLSearchParams({ 'contact[id]': `warm-up-${index}` });
    await (await fetch(url, { method: 'POST', body })).arrayBuffer();
  };
  await pMap(Array.from({ length: receivers * WEBHOOKS_EACH }), post, { concurrency: receivers });
}
