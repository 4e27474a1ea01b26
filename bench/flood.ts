import { createHash } from 'node:crypto';
import { checkConfig } from '../lib/config.ts';
import { warmUp } from '../local/demo/warm-up.ts';
import { DEFAULT_CONCURRENCY } from '../local/function.ts';
import { startProduct } from '../local/product.ts';
import type { Benchmark, Measured } from './benchmark.ts';
import { isRefused, type Seen, troublesOf } from './flood/judge.ts';
import { answersOf, type Cost, seeFlood } from './flood/measure.ts';
import { startAwsMeter } from './support/aws-meter.ts';
import { isAccepted } from './support/post.ts';

const HANDSHAKE = 'benchmark-flooded-0123456789abcdef';
/** Its webhooks warm up what receives; they are in the table before the first is counted. */
const WARM_UP = 'benchmark-warm-up-0123456789abcdef';

/** What guessing handshakes does to a site, and costs. */
export const benchmark: Benchmark = {
  summary: 'a flood of wrong handshakes beside the webhooks of a site',
  about: `A site's webhooks, 20 a second, alone and while 64 connections try handshakes as fast as they are refused: random
ones, near misses, in the query and in the path, empty, none, with bodies of 200 and 300 kB. Every attempt must be
answered 401, or 413 where the body is too large, and nothing may come of it: no request of the function to AWS, no
item of the table changed. Every webhook of the site must be answered 2xx within 5 s, and recorded. Anything else spoils
the measurement.

Here the flood has the same environments as the site, as many as there are processors, and shares these with the
gateway, the table and itself; on AWS each request has an environment of its own. So the times show that the site is
not starved even so, and not how much slower it would be there. The cost is the receiving process's time on a processor
for one webhook, of which on AWS the function's duration follows; API Gateway and the log line come on top of both.`,
  async run(say) {
    const real = { dynamodb: '', sqs: '' };
    const meters = {
      dynamodb: await startAwsMeter(() => real.dynamodb),
      sqs: await startAwsMeter(() => real.sqs),
    };
    say('Bundling the functions, synthesizing the stack, starting the local cloud, warming up …');
    const product = await startProduct({
      config: floodConfig(),
      schedules: false,
      pollers: false,
      endpointsOf: ({ dynamodb, sqs }, functionName) => {
        Object.assign(real, { dynamodb, sqs });
        return functionName === 'receive' ? { dynamodb: meters.dynamodb.url, sqs: meters.sqs.url } : {};
      },
    });
    try {
      await warmUp(product, WARM_UP, DEFAULT_CONCURRENCY);
      const seen = await seeFlood(product, { handshake: HANDSHAKE, meters: Object.values(meters) }, say);
      return { ...tableOf(seen), troubles: troublesOf(seen) };
    } finally {
      await product.stop();
      await Promise.all(Object.values(meters).map((meter) => meter.close()));
    }
  },
};

function floodConfig(): ReturnType<typeof checkConfig> {
  const site = (id: string, handshake: string) => ({
    id,
    handshakes: [createHash('sha256').update(handshake).digest('hex')],
    crm: { kind: 'activecampaign' },
  });
  return checkConfig({ sites: [site('flooded', HANDSHAKE), site('warm-up', WARM_UP)] }, 'the benchmark');
}

const NONE = '–';
const NOT_MEASURED = 'not measured';

function tableOf({
  alone,
  during,
  attempts,
  awsRequests,
  changedItems,
  cost,
  attemptsASecond,
}: Seen & { cost: Cost; attemptsASecond: number }): Pick<Measured, 'columns' | 'rows'> {
  const [quiet, flooded] = [answersOf(alone), answersOf(during)];
  const ratio = (one: number | undefined, other: number | undefined) =>
    one === undefined || other === undefined ? NOT_MEASURED : other / one;
  const times = (what: string, key: keyof typeof quiet) => [
    ...[what, quiet[key], flooded[key], ratio(quiet[key], flooded[key])],
  ];
  const costs = (what: string, ms: number | undefined) => [
    ...[what, cost.accepted ?? NOT_MEASURED, ms ?? NOT_MEASURED, ratio(cost.accepted, ms)],
  ];
  return {
    columns: ['', 'alone', 'in the flood', 'ratio'],
    rows: [
      ["the site's webhooks", alone.length, during.length, NONE],
      ['answered 2xx', alone.filter(isAccepted).length, during.filter(isAccepted).length, NONE],
      times('half of the answers within, ms', 'p50Ms'),
      times('99 % of the answers within, ms', 'p99Ms'),
      times('slowest answer, ms', 'slowestMs'),
      ['attempts', NONE, attempts.length, NONE],
      ['… a second', NONE, Math.round(attemptsASecond), NONE],
      ['… refused as they should', NONE, attempts.filter(isRefused).length, NONE],
      ['… requests to AWS', NONE, awsRequests, NONE],
      ['… items changed', NONE, changedItems, NONE],
      costs('cost of an accepted and a refused one, ms', cost.refused),
      costs('cost of an accepted one and one of 200 kB, ms', cost.refusedLarge),
    ],
  };
}
