import type { Assembly } from '../assembly.ts';
import { constructName, physicalName } from '../names.ts';
import type { Resolve } from '../template.ts';
import { type LogLine, readFilterPattern } from './filter-pattern.ts';
import type { MetricId } from './metric-store.ts';

/** Takes a value for a metric. */
type Count = (metric: MetricId, value: number) => void;

/** Looks at one line of a log, and counts what its filters find in it. */
export type CountLine = (logName: string, line: string) => void;

interface Transformation {
  MetricNamespace: string;
  MetricName: string;
  MetricValue: string;
  Dimensions?: { Key: string; Value: string }[];
}

/**
 * The metric filters of the template.
 * @param count takes what they find
 * @returns to be called with each line and the construct name of the function, or the log group, that it is from
 * @throws on a pattern or a value that is not understood
 */
export function readMetricFilters(assembly: Assembly, resolve: Resolve, count: Count): CountLine {
  const filters = assembly.ofType('AWS::Logs::MetricFilter').map(({ properties }) => {
    const { LogGroupName, FilterPattern, MetricTransformations } = resolve(properties) as {
      LogGroupName: string;
      FilterPattern: string;
      MetricTransformations: [Transformation];
    };
    const matches = readFilterPattern(FilterPattern);
    return { logGroup: LogGroupName, matches, transform: readTransformation(MetricTransformations[0]) };
  });
  const byLogGroup = Map.groupBy(filters, ({ logGroup }) => logGroup);
  const logGroupOf = logGroups(assembly, resolve);
  return (logName, text) => {
    const ofLog = byLogGroup.get(logGroupOf.get(logName) ?? '');
    const line = ofLog && parse(text);
    if (!line) return;
    for (const { matches, transform } of ofLog) {
      const found = matches(line) ? transform(line) : undefined;
      if (found) count(found.metric, found.value);
    }
  };
}

/** Names of log groups, by the construct name of whatever writes into them. */
function logGroups(assembly: Assembly, resolve: Resolve): Map<string, string> {
  const names = new Map<string, string>();
  for (const group of assembly.ofType('AWS::Logs::LogGroup'))
    names.set(constructName(group), physicalName(assembly, group));
  for (const each of assembly.ofType('AWS::Lambda::Function')) {
    const { LogGroup } = (resolve(each.properties.LoggingConfig) ?? {}) as { LogGroup?: string };
    names.set(constructName(each), LogGroup ?? `/aws/lambda/${physicalName(assembly, each)}`);
  }
  return names;
}

/** A value is a number or a field; a dimension's is a field. Without one of its fields a line counts nowhere. */
function readTransformation({ MetricNamespace, MetricName, MetricValue, Dimensions = [] }: Transformation) {
  const fixed = Number(MetricValue);
  const readValue = Number.isNaN(fixed) ? readSelector(MetricValue) : () => fixed;
  const dimensions = Dimensions.map(({ Key, Value }) => ({ key: Key, read: readSelector(Value) }));
  return (line: LogLine): { metric: MetricId; value: number } | undefined => {
    const value = readValue(line);
    const read = dimensions.map(({ key, read }): [string, unknown] => [key, read(line)]);
    if (typeof value !== 'number' || read.some(([, of]) => typeof of !== 'string')) return undefined;
    const metric = {
      namespace: MetricNamespace,
      name: MetricName,
      dimensions: Object.fromEntries(read) as Record<string, string>,
    };
    return { metric, value };
  };
}

function readSelector(selector: string): (line: LogLine) => unknown {
  const [, field] = /^\$\.(\w+)$/.exec(selector) ?? [];
  if (field === undefined) throw new Error(`the local cloud does not know ${selector} in a metric filter`);
  return (line) => line[field];
}

function parse(text: string): LogLine | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // A line that only looks like JSON matches no filter on AWS either.
  }
}
