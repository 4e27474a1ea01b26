import type { LocalCloudOptions } from '../../local/cloud.ts';

/** What stands in for DynamoDB and SQS. */
export type BackEnd = {
  /** Where they answer; undefined where the local cloud starts its own. */
  servers: LocalCloudOptions['servers'];
  stop(): Promise<void>;
};

/** Starts what TEST_BACK_END names, for one cloud alone: dynoxide and fauxqs, the local cloud's own, unless it is `moto`. */
export async function startBackEnd(): Promise<BackEnd> {
  if (process.env.TEST_BACK_END !== 'moto') return { servers: undefined, stop: async () => undefined };
  const { startMoto } = await import('./moto/moto.ts');
  return startMoto();
}
