import { type LogMetric, METRICS, OUTCOMES } from '../../functions/platform/metric-names.ts';
import { type Assembly, loadAssembly } from '../../local/assembly.ts';
import type { MeteredProduct } from '../support/metered-product.ts';
import { countedIn, weighedIn } from './consumed.ts';
import { dollarsOf, totalOf } from './dollars.ts';
import { memoryOf } from './measure.ts';
import * as prices from './prices.ts';

/** What is paid in a month however little comes. */
export type Fixed = { what: string; how: string; dollars: number };

const MINUTES_A_MONTH = (365 / 12) * 24 * 60;

/**
 * Lambda polls an idle queue with five connections, each of which waits up to 20 seconds for a message.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
const POLLS_A_MINUTE = 5 * 3;

/** Counts what a deployment costs that does nothing, from its template and from what its schedules do. */
export async function fixedCosts(
  product: MeteredProduct,
  { folder, reconcileMinutes, sites }: { folder: string; reconcileMinutes: number; sites: number },
): Promise<Fixed[]> {
  const assembly = await loadAssembly(folder);
  const alarmed = metricsInAlarms(assembly);
  const dashboards = assembly.ofType('AWS::CloudWatch::Dashboard').length;
  const metrics = ownMetrics();
  const queues = queuesPolled(assembly);
  const polls = POLLS_A_MINUTE * MINUTES_A_MONTH;
  const sweep = await costOfRun(product, assembly, 'sweep');
  const reconcile = await costOfRun(product, assembly, 'reconcile');
  return [
    {
      what: 'alarms',
      how: `${alarmed} metrics that ${assembly.ofType('AWS::CloudWatch::Alarm').length} alarms look at`,
      dollars: alarmed * prices.ALARM_MONTH,
    },
    { what: 'dashboard', how: `${dashboards}`, dollars: dashboards * prices.DASHBOARD_MONTH },
    {
      what: 'own metrics',
      how: `${metrics} at most, with one site; only hours in which a metric has values are charged`,
      dollars: metrics * prices.METRIC_MONTH,
    },
    {
      what: 'idle queues',
      how: `Lambda asks ${queues.standard + queues.fifo} queues ${POLLS_A_MINUTE} times a minute`,
      dollars: polls * (queues.standard * prices.SQS_REQUEST + queues.fifo * prices.SQS_FIFO_REQUEST),
    },
    { what: 'sweep', how: 'each minute, where it finds nothing', dollars: sweep * MINUTES_A_MONTH },
    {
      what: 'reconcile, each site',
      how: `each ${reconcileMinutes} minutes, where nothing has changed`,
      dollars: (reconcile / sites) * (MINUTES_A_MONTH / reconcileMinutes),
    },
  ];
}

type MetricsInAlarm = { MetricStat?: unknown }[];

/** An alarm is paid by the metrics in it. */
const metricsInAlarms = (assembly: Assembly): number =>
  assembly
    .ofType('AWS::CloudWatch::Alarm')
    .flatMap(({ properties }) => (properties.Metrics as MetricsInAlarm | undefined) ?? [{ MetricStat: {} }])
    .filter(({ MetricStat }) => MetricStat).length;

/** Those of a stage with one site. */
const ownMetrics = (): number =>
  Object.entries<LogMetric>(METRICS)
    .map(([key, { by }]) => (by === 'Outcome' ? OUTCOMES[key as keyof typeof OUTCOMES].length : 1))
    .reduce((sum, count) => sum + count, 0);

function queuesPolled(assembly: Assembly): { standard: number; fifo: number } {
  const mappings = assembly.ofType('AWS::Lambda::EventSourceMapping');
  const isFifo = ({ properties }: (typeof mappings)[number]): boolean => {
    const { 'Fn::GetAtt': [queue = ''] = [] } = properties.EventSourceArn as { 'Fn::GetAtt'?: string[] };
    return assembly.resources.get(queue)?.properties.FifoQueue === true;
  };
  const fifo = mappings.filter(isFifo).length;
  return { standard: mappings.length - fifo, fifo };
}

async function costOfRun(product: MeteredProduct, assembly: Assembly, name: string): Promise<number> {
  await product.cloud.lambda(name).invoke({}); // the first has more to do
  const ledger = await product.measure(() => product.cloud.lambda(name).invoke({}));
  const seen = { ledger, webhooks: 1, sentBytes: 0, answerBytes: 0 };
  const stored = { itemBytes: 0, indexBytes: 0 };
  return totalOf(dollarsOf({ ...countedIn(seen), ...weighedIn(seen, memoryOf(assembly)), ...stored }));
}
