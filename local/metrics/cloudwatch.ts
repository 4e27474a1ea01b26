import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { close, listen } from '../http-server.ts';
import { MetricStore } from './metric-store.ts';
import { statistic } from './statistic.ts';

/** A stand-in for CloudWatch: as much of it as is needed to look at metrics. */
export interface CloudWatch {
  endpoint: string;
  metrics: MetricStore;
  /** Has something looked at before each answer, for metrics that nobody counts in between. */
  beforeReads(look: () => Promise<void>): void;
  stop(): Promise<void>;
}

interface MetricDataQuery {
  Id: string;
  Label?: string;
  Expression?: string;
  MetricStat?: {
    Metric: { Namespace: string; MetricName: string; Dimensions?: { Name: string; Value: string }[] };
    Period: number;
    Stat: string;
  };
}

/** Times are seconds since 1970, as in AWS JSON 1.0. */
interface GetMetricData {
  MetricDataQueries: MetricDataQuery[];
  StartTime: number;
  EndTime: number;
  ScanBy?: 'TimestampAscending' | 'TimestampDescending';
}

/** Starts the stand-in on a free port. It speaks AWS JSON 1.0, as the SDK does. */
export async function startCloudWatch(): Promise<CloudWatch> {
  const metrics = new MetricStore();
  const looks: (() => Promise<void>)[] = [];
  const read = async (input: GetMetricData): Promise<object> => {
    await Promise.all(looks.map((look) => look()));
    return getMetricData(input, metrics);
  };
  const server = createServer((request, response) => void answer(request, response, read));
  const endpoint = await listen(server, 0);
  return {
    endpoint,
    metrics,
    beforeReads: (look) => looks.push(look),
    stop: () => close(server),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  read: (input: GetMetricData) => Promise<object>,
): Promise<void> {
  const send = (status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
  };
  const operation = String(request.headers['x-amz-target']).split('.')[1];
  try {
    const input = await text(request);
    if (operation !== 'GetMetricData')
      throw new Error(`the stand-in for CloudWatch does not know ${operation}`);
    send(200, await read(JSON.parse(input)));
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    send(400, { __type: 'com.amazonaws.cloudwatch#InvalidParameterValueException', message });
  }
}

/** CloudWatch's limit for one request. */
const MAX_QUERIES = 500;

function getMetricData(
  { MetricDataQueries, StartTime, EndTime, ScanBy }: GetMetricData,
  store: MetricStore,
): object {
  if (MetricDataQueries.length > MAX_QUERIES)
    throw new Error(`more than ${MAX_QUERIES} queries in one request`);
  const results = MetricDataQueries.map((query) => {
    const points = pointsOf(query, StartTime * 1000, EndTime * 1000, store);
    if (ScanBy !== 'TimestampAscending') points.reverse();
    return {
      Id: query.Id,
      Label: query.Label ?? query.MetricStat?.Metric.MetricName,
      StatusCode: 'Complete',
      Timestamps: points.map(([at]) => at / 1000),
      Values: points.map(([, value]) => value),
    };
  });
  return { MetricDataResults: results, Messages: [] };
}

function pointsOf(
  { Id, MetricStat }: MetricDataQuery,
  since: number,
  until: number,
  store: MetricStore,
): [at: number, value: number][] {
  if (!MetricStat) throw new Error(`the stand-in for CloudWatch does not know expressions (${Id})`);
  const { Metric, Period, Stat } = MetricStat;
  if (!(Period > 0) || Period % 60 !== 0)
    throw new Error(`${Id}: the period must be a multiple of 60 seconds`);
  const dimensions = Object.fromEntries((Metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]));
  const metric = { namespace: Metric.Namespace, name: Metric.MetricName, dimensions };
  const periods = store.read(metric, since, until, Period * 1000);
  return [...periods].map(([at, values]) => [at, statistic(Stat, values)]);
}
