import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Assembly, Resource } from './assembly.ts';
import type { Endpoints } from './endpoints.ts';
import {
  DEFAULT_CONCURRENCY,
  type FunctionOptions,
  LambdaFunction,
  type StartEnvironment,
} from './function.ts';
import { functionVariables } from './function-variables.ts';
import { constructName, physicalName } from './names.ts';
import { resolver } from './template.ts';

/** Lambda's defaults. */
const TIMEOUT_SECONDS = 3;
const MEMORY_MEGABYTES = 128;

/** Module names of a handler's file, in the order in which Lambda looks for them. */
const EXTENSIONS = ['.js', '.mjs', '.cjs'];

/** What a function, by its construct name, is to see: the services' addresses, and variables beside the template's. */
export interface Wiring {
  endpointsOf(functionName: string): Endpoints;
  variablesOf?: ((functionName: string) => Record<string, string>) | undefined;
  /** Starts its environments in another way than as processes. */
  startEnvironment?: StartEnvironment | undefined;
}

/**
 * Makes the functions of the template that run on Node. None runs before it is invoked or warmed.
 * @param onLine takes each line that a function writes
 */
export function readFunctions(
  assembly: Assembly,
  wiring: Wiring,
  onLine: (functionName: string, line: string) => void,
): Map<Resource, LambdaFunction> {
  // CDK's own helpers for deploying may be written in something else; nothing here leads to them.
  const ours = assembly
    .ofType('AWS::Lambda::Function')
    .filter(({ properties }) => /^nodejs/.test(String(properties.Runtime)));
  const functions = ours.map((resource) => {
    const name = constructName(resource);
    const options = functionOptions(assembly, resource, wiring, (line) => onLine(name, line));
    return [resource, new LambdaFunction(options)] as const;
  });
  return new Map(functions);
}

/**
 * What the template says of a function.
 * @param onLine takes each line that it writes
 */
export function functionOptions(
  assembly: Assembly,
  resource: Resource,
  { endpointsOf, variablesOf, startEnvironment }: Wiring,
  onLine: (line: string) => void,
): FunctionOptions {
  const { properties, logicalId } = resource;
  const name = constructName(resource);
  const endpoints = endpointsOf(name);
  const resolve = resolver(assembly, endpoints);
  const code = resolve(properties.Code) as { S3Key?: string };
  if (!code.S3Key) throw new Error(`${logicalId}: the local cloud runs functions from assets only`);
  const folder = assembly.assetFolder(code.S3Key);
  const handler = String(properties.Handler);
  const at = handler.lastIndexOf('.');
  const file = EXTENSIONS.map((extension) => join(folder, handler.slice(0, at) + extension)).find((each) =>
    existsSync(each),
  );
  if (!file) throw new Error(`${logicalId}: ${folder} holds no module for the handler ${handler}`);
  const functionName = physicalName(assembly, resource);
  const memoryMegabytes = Number(properties.MemorySize ?? MEMORY_MEGABYTES);
  const environment = resolve(properties.Environment ?? {}) as { Variables?: Record<string, string> };
  const facts = { functionName, memoryMegabytes, handler, folder };
  return {
    name,
    functionName,
    arn: String(resolve({ 'Fn::GetAtt': [logicalId, 'Arn'] })),
    bundle: pathToFileURL(file).href,
    handler: handler.slice(at + 1),
    memoryMegabytes,
    timeoutSeconds: Number(properties.Timeout ?? TIMEOUT_SECONDS),
    concurrency: Number(properties.ReservedConcurrentExecutions ?? DEFAULT_CONCURRENCY),
    variables: {
      ...functionVariables(environment.Variables ?? {}, facts, endpoints),
      ...variablesOf?.(name),
    },
    onLine,
    startEnvironment,
  };
}

/**
 * Finds a function by what other resources call it: its name, its ARN (of a version or an alias as well), or
 * the URI by which API Gateway invokes it.
 * @throws (the finder does) when the template holds no such function
 */
export function functionFinder(functions: Iterable<LambdaFunction>): (reference: string) => LambdaFunction {
  const byName = new Map([...functions].map((each) => [each.functionName, each]));
  return (reference) => {
    const functionName = /:function:([^:/]+)/.exec(reference)?.[1] ?? reference;
    const found = byName.get(functionName);
    if (!found) throw new Error(`the template holds no function ${reference}`);
    return found;
  };
}
