import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readAccessLog } from './access-log.ts';
import { loadAssembly } from './assembly.ts';
import { consolePage } from './dashboard/console-page.ts';
import { readCustomWidget } from './dashboard/custom-widget.ts';
import { createTables, startDynamoDb } from './dynamodb.ts';
import type { Endpoints } from './endpoints.ts';
import { EventSourcePoller, readMappings } from './event-source-mapping.ts';
import type { LambdaFunction, StartEnvironment } from './function.ts';
import { functionFinder, readFunctions } from './functions.ts';
import { readRoutes, startHttpApi } from './http-api.ts';
import { openLogs } from './logs.ts';
import { startCloudWatch } from './metrics/cloudwatch.ts';
import { readMetricFilters } from './metrics/metric-filters.ts';
import { QueueMetrics } from './metrics/queue-metrics.ts';
import { constructName } from './names.ts';
import { announceCloud } from './running-cloud.ts';
import { readSchedules, runSchedules, type Schedule } from './schedule.ts';
import { createQueues, type QueueAttributes, startSqs } from './sqs.ts';
import { type ParameterStore, startParameterStore } from './ssm.ts';
import { type SynthesizeOptions, synthesize } from './synthesize.ts';
import { resolver } from './template.ts';

export interface LocalCloudOptions extends SynthesizeOptions {
  /** A cloud assembly that exists already, so that nothing is bundled and synthesized; see `synthesize`. */
  assembly?: string;
  /** Where tables, messages and logs are kept, and word of the running cloud; in memory when left out. */
  dataDir?: string;
  /** Of the HTTP API; 0, the default, for a free one. */
  port?: number;
  /** Where a DynamoDB and an SQS run already that are to be used, instead of starting them. */
  servers?: Partial<Pick<Endpoints, 'dynamodb' | 'sqs'>>;
  /** What SSM holds, by the parameter's name. */
  parameters?: Record<string, string>;
  /** Whether queues are delivered to functions; default true. */
  pollers?: boolean;
  /** Whether schedules run at their times; default true. They can be triggered by hand either way. */
  schedules?: boolean;
  /** Sees each line that a function writes, and each of the HTTP API's access log. */
  onLog?(functionName: string, line: string): void;
  /**
   * Addresses that a function is to see instead of the real ones, so that a test can stand in between.
   * @param real where the services answer
   * @param functionName construct name, such as "receive"
   */
  endpointsOf?(real: Endpoints, functionName: string): Partial<Endpoints>;
  /** Further environment variables of a function, by its construct name, such as NODE_OPTIONS. */
  variablesOf?(functionName: string): Record<string, string>;
  /** Attributes of queues that differ from the template, by construct name, such as a short VisibilityTimeout. */
  queueAttributes?: QueueAttributes;
  /** Most environments at once of a function, by construct name, where the template sets no limit. */
  concurrency?: Record<string, number>;
  /** How long batches are collected, in seconds, instead of the template's windows. */
  batchWindowSeconds?: number;
  /** Starts a function's environment in another way than as a process, for those that it takes. */
  startEnvironment?: StartEnvironment | undefined;
}

/** A stack that runs on this machine. Everything in it is called by the name of its construct. */
export interface LocalCloud {
  /** Of the HTTP API, without a slash at its end; empty when the template has none. */
  url: string;
  endpoints: Endpoints;
  /** What a deployment of the stack would print, such as TableName. */
  outputs: Record<string, string>;
  functions: Record<string, LambdaFunction>;
  /** One of `functions`; throws when there is none of that name. */
  lambda(name: string): LambdaFunction;
  schedules: Record<string, Schedule>;
  /** Queue URLs, such as queues['operations/dead-letters']. */
  queues: Record<string, string>;
  /** The first table's; `tableNames` has all. */
  tableName: string;
  tableNames: string[];
  parameters: ParameterStore;
  /** Begins to deliver queues, for a cloud that was started without pollers. */
  startPollers(): void;
  /** Ends everything, processes included; what is on files stays. */
  stop(): Promise<void>;
}

/** Takes back one step of the start. */
type Undo = () => unknown;

/**
 * Runs the synthesized stack on this machine, from its template alone.
 * @throws UserError for what a person can put right; then nothing is left running
 */
export async function startLocalCloud(options: LocalCloudOptions = {}): Promise<LocalCloud> {
  const undo: Undo[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return await start(options, undo, stop);
  } catch (cause) {
    await stop();
    throw cause;
  }
}

async function start(
  options: LocalCloudOptions,
  undo: Undo[],
  stop: () => Promise<void>,
): Promise<LocalCloud> {
  const { dataDir, onLog, servers } = options;
  const logs = openLogs(dataDir && join(dataDir, 'logs'), onLog);
  undo.push(() => logs.stop());

  /** Several things start side by side; each must be undone although another one fails. */
  const started = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const thing = await starting;
    undo.push(() => thing.stop());
    return thing;
  };
  const beginnings = await Promise.allSettled([
    options.assembly ?? synthesizeFor(options, undo),
    started(startDynamoDb(dataDir && join(dataDir, 'dynamodb.sqlite'), servers?.dynamodb)),
    started(startSqs(dataDir && join(dataDir, 'sqs'), servers?.sqs)),
    started(startParameterStore(options.parameters)),
    started(startCloudWatch()),
  ]);
  const [folder, dynamodb, sqs, parameters, cloudwatch] = valuesOf(beginnings);
  const assembly = await loadAssembly(folder);
  const hasApi = assembly.ofType('AWS::ApiGatewayV2::Api').length > 0;
  const api = hasApi ? await started(startHttpApi(options.port ?? 0)) : undefined;
  const endpoints: Endpoints = {
    dynamodb: dynamodb.endpoint,
    sqs: sqs.endpoint,
    ssm: parameters.endpoint,
    cloudwatch: cloudwatch.endpoint,
    http: api?.url ?? '',
  };
  const resolve = resolver(assembly, endpoints);
  const [tableNames] = await Promise.all([
    createTables(assembly, resolve, endpoints.dynamodb),
    createQueues(assembly, resolve, endpoints.sqs, options.queueAttributes),
  ]);

  const endpointsOf = (name: string) => ({ ...endpoints, ...options.endpointsOf?.(endpoints, name) });
  const countLine = readMetricFilters(assembly, resolve, (metric, value) =>
    cloudwatch.metrics.add(metric, value),
  );
  const write = (logName: string, line: string): void => {
    logs.write(logName, line);
    countLine(logName, line);
  };
  const wiring = {
    endpointsOf,
    variablesOf: options.variablesOf,
    startEnvironment: options.startEnvironment,
  };
  const functions = [...readFunctions(assembly, wiring, write).values()];
  const functionOf = functionFinder(functions);
  const report = (line: string): void => logs.write('local-cloud', line);
  const depths = new QueueMetrics({ assembly, resolve, endpoint: endpoints.sqs }, cloudwatch.metrics, report);
  cloudwatch.beforeReads(() => depths.sample());
  undo.push(() => depths.stop());

  const schedules = readSchedules(assembly, resolve, functionOf);
  const pollers = readMappings(assembly, resolve, functionOf).map((mapping) => {
    const windowSeconds = options.batchWindowSeconds ?? mapping.windowSeconds;
    mapping.target.allowConcurrency(mapping.concurrency);
    return new EventSourcePoller({ ...mapping, windowSeconds }, endpoints.sqs, report);
  });
  // A batch under way ends when its function does, so both are ended at once.
  for (const each of functions) each.allowConcurrency(options.concurrency?.[each.name] ?? 1);
  undo.push(() => Promise.all([...pollers, ...functions].map((each) => each.stop())));
  const widget = readCustomWidget(assembly, resolve, functionOf);
  api?.serve(
    readRoutes(assembly, resolve, functionOf),
    readAccessLog(assembly, resolve, write),
    widget && consolePage(widget),
  );

  const startPollers = (): void => {
    for (const poller of pollers) poller.start();
  };
  if (options.pollers ?? true) startPollers();
  if (options.schedules ?? true) undo.push(runSchedules(schedules, report));
  const queues = assembly.ofType('AWS::SQS::Queue');
  const outputs = Object.fromEntries(
    Object.entries(assembly.outputs).map(([name, { Value }]) => [name, String(resolve(Value))]),
  );
  if (dataDir) undo.push(await announceCloud(dataDir, { url: endpoints.http, endpoints, outputs }));
  return {
    url: endpoints.http,
    endpoints,
    outputs,
    functions: Object.fromEntries(functions.map((each) => [each.name, each])),
    lambda(name) {
      const found = functions.find((each) => each.name === name);
      if (!found) throw new Error(`the template holds no function ${name}`);
      return found;
    },
    schedules: Object.fromEntries(schedules.map((each) => [each.name, each])),
    queues: Object.fromEntries(
      queues.map((each) => [constructName(each), String(resolve({ Ref: each.logicalId }))]),
    ),
    tableName: tableNames[0] ?? '',
    tableNames,
    parameters,
    startPollers,
    stop,
  };
}

/** Synthesizes now; what nobody asked to keep goes when the cloud stops. */
async function synthesizeFor(options: SynthesizeOptions, undo: Undo[]): Promise<string> {
  const folder = await synthesize(options);
  if (!options.outdir) undo.push(() => rm(dirname(folder), { recursive: true, force: true }));
  return folder;
}

/** The values of promises that have all been waited for, or the first reason why one has none. */
function valuesOf<T extends unknown[]>(results: { [K in keyof T]: PromiseSettledResult<T[K]> }): T {
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as T;
}
