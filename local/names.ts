import type { Assembly, Resource } from './assembly.ts';

/** Property that may name a resource, by type; CloudFormation makes a name from the logical id when it is absent. */
const NAME_PROPERTIES: Record<string, string> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SSM::Parameter': 'Name',
  'AWS::Scheduler::Schedule': 'Name',
};

/**
 * The name of a resource in the local cloud, the same at every start.
 * @throws when the template computes the name, which nothing here needs yet
 */
export function physicalName(assembly: Assembly, resource: Resource): string {
  const given = resource.properties[NAME_PROPERTIES[resource.type] ?? ''];
  if (typeof given === 'string') return given;
  if (given !== undefined) throw new Error(`${resource.logicalId}: a computed name is not supported`);
  const fifo = resource.type === 'AWS::SQS::Queue' && resource.properties.FifoQueue === true;
  return `${assembly.stackName}-${resource.logicalId}${fifo ? '.fifo' : ''}`;
}

/** Construct ids that say no more than the resource's type does. */
const GENERIC_IDS = new Set(['function', 'queue', 'table', 'rule', 'schedule']);

/** The name by which people call a resource: the path of its construct, such as "receive" or "operations/dead-letters". */
export function constructName({ path }: Resource): string {
  const last = path.at(-1) ?? '';
  return (path.length > 1 && GENERIC_IDS.has(last.toLowerCase()) ? path.slice(0, -1) : path).join('/');
}
