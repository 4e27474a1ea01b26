import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Config } from '../functions/platform/config.ts';
import { checkConfig } from '../lib/config.ts';
import { warmUp } from '../local/demo/warm-up.ts';
import { clientOptions } from '../local/endpoints.ts';
import { messagesIn } from '../local/messages-in.ts';
import type { Step } from '../local/plugin-simulator/fault.ts';
import { type PluginSite, startPluginSite } from '../local/plugin-simulator/plugin-site.ts';
import { PLUGIN_SECRET, type Product, startProduct } from '../local/product.ts';
import type { Benchmark } from './benchmark.ts';
import { fatesOf } from './relay/fates.ts';
import { countThrough, troublesOf } from './relay/judge.ts';
import { requestsIn } from './relay/look.ts';
import { type StraightResult, tableOf } from './relay/report.ts';
import { sendStraight } from './relay/straight.ts';
import { sendThrough, type Through } from './relay/through.ts';
import { makeWebhooks, type SentWebhook } from './relay/webhook-bodies.ts';

const SITE = 'academy';
const HANDSHAKE = 'benchmark-academy-0123456789abcdef';
/** A site that relays nothing: its webhooks warm up what receives. */
const WARM_UP = { id: 'warm-up', handshake: 'benchmark-warm-up-0123456789abcdef' };

const WEBHOOKS = 1_000;
const CONTACTS = 200;
/**
 * In which they come, each without waiting for another: 2,000 a minute, where 200 are known to be what plugins lose
 * webhooks at. The site needs minutes for them; at one moment, what was measured would be this machine, which is the CRM,
 * the gateway, the table, the queues and all Lambdas in a few processors.
 */
const FLOOD_MS = 30_000;
const LIMITS = { concurrency: 20, answerMs: 3_000 };
const PATIENCE_MS = 600_000;
/** Lambda would start many more; here they share the processors with everything else. */
const RECEIVERS = Math.max(2, availableParallelism());

/** What the site goes through, each trouble for some seconds. Each meets it at work: after so many requests that went well. */
const SCRIPT: readonly Step[] = [
  { forRequests: 25 },
  { forMs: 6_000, fault: { does: 'answers500' } },
  { forRequests: 30 },
  { forRequests: 3, fault: { does: 'answers429', retryAfterSeconds: 5 } },
  { forRequests: 25 },
  { forMs: 6_000, fault: { does: 'captcha' } },
  { forRequests: 25 },
  { forMs: 8_000, fault: { does: 'down' } },
  { forRequests: 30 },
  { forMs: 6_000, fault: { does: 'redirects', to: 'https://www.example.com/' } },
  { forRequests: 25 },
  { forMs: 6_000, fault: { does: 'resets', when: 'before' } },
  { forRequests: 25 },
  { forRequests: 4, fault: { does: 'resets', when: 'after' } },
];

/** How a site fares that is slow and in trouble, with Latchkey in front of it and without. */
export const benchmark: Benchmark = {
  summary: `${WEBHOOKS.toLocaleString('en-US')} webhooks for a plugin on a slow host with every trouble: through Latchkey, and straight`,
  about: `The same webhooks through Latchkey and straight to an equal host, which refuses, hangs, resets, answers with a captcha
and goes away for a while. Nothing may be lost, late, out of order, or more at once than the config has.`,
  async run(say) {
    const host = { secret: PLUGIN_SECRET, workers: LIMITS.concurrency, answerMs: LIMITS.answerMs };
    const webhooks = makeWebhooks(WEBHOOKS, CONTACTS);
    say('Bundling the functions, synthesizing the stack, starting the local cloud, warming up …');
    let asked = 0;
    const product = await startProduct({
      config: configOf(SITE),
      schedules: false,
      concurrency: { receive: RECEIVERS },
      pluginHost: host,
      onLog: (functionName, line) => {
        if (functionName === 'relay') asked += requestsIn(line);
      },
    });
    const direct = await startPluginSite(host);
    try {
      await warmUp(product, WARM_UP.handshake, RECEIVERS);
      const posted = Promise.withResolvers<void>();
      const playing = posted.promise.then(() => playStraight(direct, webhooks));
      say(`Posting ${webhooks.length} webhooks …`);
      const through = await playThrough(product, webhooks, () => {
        say('All are posted. The site works them off; meanwhile they go straight to an equal one …');
        posted.resolve();
      });
      const straight = await playing;
      const counts = countThrough(through, LIMITS);
      const { requests } = through.site;
      return {
        ...tableOf(counts, requests, asked - requests.length, straight),
        troubles: troublesOf(counts, LIMITS),
      };
    } finally {
      await Promise.all([product.stop(), direct.stop()]);
    }
  },
};

function configOf(id: string): Config {
  const relay = {
    url: 'https://academy.example.com/',
    concurrency: LIMITS.concurrency,
    requestsPerSecond: 50,
  };
  const crm = { kind: 'activecampaign' };
  const hash = (handshake: string) => createHash('sha256').update(handshake).digest('hex');
  const sites = [
    { id, handshakes: [hash(HANDSHAKE)], crm, target: { relay } },
    { id: WARM_UP.id, handshakes: [hash(WARM_UP.handshake)], crm },
  ];
  return checkConfig({ sites }, 'the benchmark');
}

async function playThrough(
  { cloud, plugins }: Product,
  webhooks: readonly SentWebhook[],
  onPosted: () => void,
): Promise<Through> {
  const sqs = new SQSClient(clientOptions(cloud.endpoints.sqs));
  const site = plugins.get(SITE) as PluginSite;
  try {
    return await sendThrough(site, webhooks, {
      posting: { base: cloud.url, secret: HANDSHAKE, overMs: FLOOD_MS },
      script: SCRIPT,
      patienceMs: PATIENCE_MS,
      messages: () => messagesIn(sqs, cloud.queues.deliveries ?? ''),
      onPosted,
    });
  } finally {
    sqs.destroy();
  }
}

async function playStraight(site: PluginSite, webhooks: readonly SentWebhook[]): Promise<StraightResult> {
  void site.play(SCRIPT);
  const { taken, onlyBelieved } = await sendStraight(site, webhooks, {
    secret: PLUGIN_SECRET,
    overMs: FLOOD_MS,
  });
  const fates = [...fatesOf(webhooks, site.requests).values()];
  return {
    believed: taken + onlyBelieved,
    done: fates.filter((fate) => fate === 'done').length,
    lost: fates.filter((fate) => fate === 'lost').length,
    requests: site.requests,
  };
}
