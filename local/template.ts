import type { Assembly, Resource } from './assembly.ts';
import { ACCOUNT_ID, type Endpoints, REGION } from './endpoints.ts';
import { physicalName } from './names.ts';

/** Turns a value of the template into the value that it has in this local cloud. */
export type Resolve = (value: unknown) => unknown;

/**
 * A resolver of CloudFormation's intrinsic functions.
 * @param assembly the stack
 * @param endpoints where the services answer, for queue URLs; a function may be given its own, so that a test
 *   can stand between it and a service
 * @throws (the resolver does) on an intrinsic function that it does not know, and on a reference to nothing
 */
export function resolver(assembly: Assembly, endpoints: Endpoints): Resolve {
  const resolve: Resolve = (value) => {
    if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const [[key, argument] = [], ...others] = Object.entries(value);
    if (key !== undefined && others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'))) {
      return intrinsic(key, argument);
    }
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, item]) => {
        const resolved = resolve(item);
        return resolved === undefined ? [] : [[name, resolved]];
      }),
    );
  };

  const intrinsic = (name: string, argument: unknown): unknown => {
    switch (name) {
      case 'Ref':
        return reference(text(argument, name));
      case 'Fn::GetAtt': {
        const [logicalId = '', ...attribute] = Array.isArray(argument)
          ? argument
          : text(argument, name).split('.');
        return attributeOf(logicalId, attribute.join('.'));
      }
      case 'Fn::Join': {
        const [separator, parts] = list(argument, name);
        return list(resolve(parts), name).join(text(separator, name));
      }
      case 'Fn::Select': {
        const [index, values] = list(argument, name);
        const found = list(resolve(values), name)[Number(resolve(index))];
        if (found === undefined) throw new Error(`Fn::Select: there is no item ${JSON.stringify(index)}`);
        return found;
      }
      case 'Fn::Split': {
        const [separator, value] = list(argument, name);
        return text(resolve(value), name).split(text(separator, name));
      }
      case 'Fn::Sub': {
        const [pattern, variables = {}] = Array.isArray(argument) ? argument : [argument];
        return substitute(text(pattern, name), variables as Record<string, unknown>);
      }
      default:
        throw new Error(`the local cloud does not know the intrinsic function ${name}`);
    }
  };

  const substitute = (pattern: string, variables: Record<string, unknown>): string =>
    pattern.replaceAll(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, name: string) => {
      if (literal) return whole.replace('!', '');
      if (Object.hasOwn(variables, name)) return String(resolve(variables[name]));
      return String(
        name.includes('.') && !name.startsWith('AWS::') ? intrinsic('Fn::GetAtt', name) : reference(name),
      );
    });

  const reference = (logicalId: string): unknown => {
    if (Object.hasOwn(PSEUDO_PARAMETERS, logicalId)) return PSEUDO_PARAMETERS[logicalId];
    if (logicalId === 'AWS::StackName') return assembly.stackName;
    const parameter = assembly.parameters[logicalId];
    if (parameter?.Default !== undefined) return parameter.Default;
    const resource = find(logicalId);
    if (resource.type === 'AWS::SQS::Queue')
      return `${endpoints.sqs}/${ACCOUNT_ID}/${physicalName(assembly, resource)}`;
    if (resource.type === 'AWS::Lambda::Version') return `${functionArn(resource)}:1`;
    if (resource.type === 'AWS::Lambda::Alias') return `${functionArn(resource)}:${resource.properties.Name}`;
    return physicalName(assembly, resource);
  };

  /** An alias and a version point to a function; there is one version here. */
  const functionArn = (resource: Resource): string => {
    const named = text(resolve(resource.properties.FunctionName), resource.logicalId);
    return named.startsWith('arn:') ? named : arn(`lambda:${REGION}:${ACCOUNT_ID}:function:${named}`);
  };

  const attributeOf = (logicalId: string, attribute: string): unknown => {
    const resource = find(logicalId);
    const name = physicalName(assembly, resource);
    if (attribute === 'Arn') {
      const prefix = ARN_PREFIXES[resource.type];
      if (prefix !== undefined) return arn(`${prefix}${name}`);
    }
    if (resource.type === 'AWS::SQS::Queue' && attribute === 'QueueName') return name;
    if (resource.type === 'AWS::SQS::Queue' && attribute === 'QueueUrl') return reference(logicalId);
    if (resource.type === 'AWS::ApiGatewayV2::Api' && attribute === 'ApiEndpoint') return endpoints.http;
    if (resource.type === 'AWS::SSM::Parameter' && attribute === 'Value')
      return resolve(resource.properties.Value);
    throw new Error(
      `${logicalId}: the local cloud does not know the attribute ${attribute} of ${resource.type}`,
    );
  };

  const find = (logicalId: string): Resource => {
    const resource = assembly.resources.get(logicalId);
    if (!resource) throw new Error(`the template refers to ${logicalId}, which it does not hold`);
    return resource;
  };

  return resolve;
}

const PSEUDO_PARAMETERS: Record<string, unknown> = {
  'AWS::AccountId': ACCOUNT_ID,
  'AWS::NoValue': undefined,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::URLSuffix': 'amazonaws.com',
};

const ARN_PREFIXES: Record<string, string> = {
  'AWS::CloudWatch::Alarm': `cloudwatch:${REGION}:${ACCOUNT_ID}:alarm:`,
  'AWS::DynamoDB::Table': `dynamodb:${REGION}:${ACCOUNT_ID}:table/`,
  'AWS::Events::Rule': `events:${REGION}:${ACCOUNT_ID}:rule/`,
  'AWS::IAM::Role': `iam::${ACCOUNT_ID}:role/`,
  'AWS::Lambda::Function': `lambda:${REGION}:${ACCOUNT_ID}:function:`,
  'AWS::Logs::LogGroup': `logs:${REGION}:${ACCOUNT_ID}:log-group:`,
  'AWS::SQS::Queue': `sqs:${REGION}:${ACCOUNT_ID}:`,
  'AWS::Scheduler::Schedule': `scheduler:${REGION}:${ACCOUNT_ID}:schedule/default/`,
};

const arn = (rest: string): string => `arn:aws:${rest}`;

function text(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${where} needs text, and got ${JSON.stringify(value)}`);
}

function list(value: unknown, where: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${where} needs a list, and got ${JSON.stringify(value)}`);
}
