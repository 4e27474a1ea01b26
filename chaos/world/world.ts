import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalCloud } from '../../local/cloud.ts';
import { type Product, startProduct } from '../../local/product.ts';
import { Clocks } from '../clock/clocks.ts';
import type { History } from '../history/history.ts';
import type { Service } from '../plan/plan-faults.ts';
import { SITES, stormConfig } from '../sites.ts';
import { killAll } from './processes.ts';
import { type ProxiedEndpoints, Proxies } from './proxies.ts';
import { VISIBILITY_SECONDS } from './visibility.ts';

/** The whole product with its surroundings, and every way between them in the storm's hands. */
export type World = {
  product: Product;
  cloud: LocalCloud;
  proxies: Proxies;
  clocks: Clocks;
  /** For files that are needed until it is stopped. */
  folder: string;
  /** Ends every process and lets time pass for everything that starts then. */
  leap(ms: number): void;
  /** Every line that was logged. */
  lines: { from: string; line: string }[];
  /** The bodies of all requests to SQS. */
  messages: string[];
  stop(): Promise<void>;
};

/** What takes webhooks must not wait for a process: Lambda starts as many as it takes. */
const RECEIVERS = 12;
/** Visits of one member at the same time meet. */
const SITE_API = 3;
/** Of a CRM account, far above its limit: the judge counts, and nobody is sent away by the account for asking too often. */
const ALLOWED = 1_000;
const BATCH_WINDOW_SECONDS = 1;
/** Who carries out jobs at a service. Which of its processes has asked, nobody knows here: all die. */
const CALLERS_OF: Partial<Record<Service, string[]>> = { crm: ['work'], plugin: ['relay'] };
const FUNCTIONS = new URL('../../functions/', import.meta.url);

/** Starts everything, with nothing wrong yet. */
export async function startWorld(seed: number, history: History): Promise<World> {
  const clocks = new Clocks();
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-storm-'));
  const remove = () => Promise.all([clocks.remove(), rm(folder, { recursive: true, force: true })]);
  const lines: World['lines'] = [];
  const messages: string[] = [];
  let cloud: LocalCloud | undefined;
  const proxies = new Proxies(seed, history, {
    onMessage: (text) => messages.push(text),
    onDeath: (service) => cloud && killAll(cloud, CALLERS_OF[service]),
  });
  const real: ProxiedEndpoints = { dynamodb: '', sqs: '', ssm: '' };
  const proxied = new Map<string, ProxiedEndpoints>();
  for (const name of await functionNames()) {
    const to = (service: keyof ProxiedEndpoints) =>
      proxies.on({ service, of: name, target: () => real[service] });
    proxied.set(name, { dynamodb: await to('dynamodb'), sqs: await to('sqs'), ssm: await to('ssm') });
  }
  try {
    const product = await startProduct({
      config: stormConfig(),
      schedules: false,
      batchWindowSeconds: BATCH_WINDOW_SECONDS,
      concurrency: { receive: RECEIVERS, 'serve-members': SITE_API },
      crmAccount: { requestsPerSecond: ALLOWED },
      queueAttributes: Object.fromEntries(
        ['operations', 'batch-sync', 'deliveries', 'site-events'].map((queue) => [
          queue,
          { VisibilityTimeout: String(VISIBILITY_SECONDS) },
        ]),
      ),
      endpointsOf: (endpoints, name) => {
        Object.assign(real, endpoints);
        return proxied.get(name) ?? {};
      },
      variablesOf: (name) => clocks.variablesOf(name),
      onLog: (from, line) => lines.push({ from, line }),
    });
    cloud = product.cloud;
    await proxyOutside(product, proxies);
    const stop = async () => {
      await product.stop();
      await Promise.all([proxies.close(), remove()]);
    };
    const leap = (ms: number): void => {
      killAll(product.cloud);
      clocks.advance(ms);
      history.leap(ms);
    };
    return { product, cloud: product.cloud, proxies, clocks, folder, leap, lines, messages, stop };
  } catch (cause) {
    await Promise.all([proxies.close(), remove()]);
    throw cause;
  }
}

/** Each file on that level is one function. */
async function functionNames(): Promise<string[]> {
  const files = await readdir(FUNCTIONS);
  return files.filter((file) => /^[^.]+\.ts$/.test(file)).map((file) => file.replace('.ts', ''));
}

/** Puts proxies before everything that is not AWS: the addresses stand in the parameters of SSM. */
async function proxyOutside({ cloud, simulators, plugins, sites }: Product, proxies: Proxies): Promise<void> {
  for (const { id } of SITES) {
    const ways = [
      ['crm', 'crm', simulators.get(id)?.url],
      ['relay', 'plugin', plugins.get(id)?.url],
      ['events', 'site', sites.get(id)?.url],
    ] as const;
    for (const [parameter, service, url] of ways) {
      const name = `/latchkey/local/${id}/${parameter}`;
      const value = cloud.parameters.values.get(name);
      if (value === undefined || url === undefined) continue;
      const address = await proxies.on({ service, of: id, target: () => url });
      const held = JSON.parse(value) as { url: string };
      cloud.parameters.values.set(
        name,
        JSON.stringify({ ...held, url: held.url.replace(new URL(url).origin, address) }),
      );
    }
  }
}
