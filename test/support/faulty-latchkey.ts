import type { Endpoints } from '../../local/endpoints.ts';
import { type FaultProxy, startFaultProxy } from '../../local/fault-proxy.ts';
import type { ProductOptions } from '../../local/product.ts';
import { startTestLatchkey, type TestLatchkey, type TestSite } from './latchkey.ts';

/** Latchkey with a fault proxy on every way out of one function. */
export type FaultyLatchkey = TestLatchkey & {
  proxies: { dynamodb: FaultProxy; sqs: FaultProxy; ssm: FaultProxy; crm: FaultProxy };
};

/**
 * Starts Latchkey with fault proxies between one function and DynamoDB, SQS and SSM, and between all functions
 * and one site's CRM.
 */
export async function startFaultyLatchkey(
  functionName: string,
  site: TestSite,
  options: Partial<ProductOptions> = {},
): Promise<FaultyLatchkey> {
  const targets = { dynamodb: '', sqs: '', ssm: '', crm: '' };
  const proxies = {
    dynamodb: await startFaultProxy(() => targets.dynamodb),
    sqs: await startFaultProxy(() => targets.sqs),
    ssm: await startFaultProxy(() => targets.ssm),
    crm: await startFaultProxy(() => targets.crm),
  };
  const between = (real: Endpoints, name: string): Partial<Endpoints> => {
    Object.assign(targets, real);
    if (name !== functionName) return {};
    return { dynamodb: proxies.dynamodb.url, sqs: proxies.sqs.url, ssm: proxies.ssm.url };
  };
  const latchkey = await startTestLatchkey({ ...options, endpointsOf: between });
  const simulator = latchkey.simulators.get(site);
  targets.crm = simulator?.url ?? '';
  const credentials = { ...simulator?.credentials, url: proxies.crm.url };
  latchkey.cloud.parameters.values.set(`/latchkey/local/${site}/crm`, JSON.stringify(credentials));
  return {
    ...latchkey,
    proxies,
    stop: async () => {
      await latchkey.stop();
      await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
    },
  };
}
