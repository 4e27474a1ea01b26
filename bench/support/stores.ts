import { type Assembly, loadAssembly } from '../../local/assembly.ts';
import { createTables, startDynamoDb } from '../../local/dynamodb.ts';
import type { Endpoints } from '../../local/endpoints.ts';
import type { FunctionOptions } from '../../local/function.ts';
import { functionOptions } from '../../local/functions.ts';
import { constructName } from '../../local/names.ts';
import { createQueues, startSqs } from '../../local/sqs.ts';
import { resolver } from '../../local/template.ts';

/** The template's table and queues in memory, and nothing else of Latchkey. */
export type Stores = {
  endpoints: Pick<Endpoints, 'dynamodb' | 'sqs'>;
  /**
   * How a function of the template is run on them.
   * @param instead addresses that it is to see instead, so that something can stand in between
   */
  optionsOf(name: string, instead?: Partial<Endpoints>): FunctionOptions;
  stop(): Promise<void>;
};

/**
 * Starts DynamoDB and SQS with what the template says of them.
 * @param folder the cloud assembly
 * @param onLine takes each line that functions write
 */
export async function startStores(
  folder: string,
  onLine: (line: string) => void = () => undefined,
): Promise<Stores> {
  const assembly = await loadAssembly(folder);
  const [dynamodb, sqs] = await Promise.all([startDynamoDb(), startSqs()]);
  const endpoints = { dynamodb: dynamodb.endpoint, sqs: sqs.endpoint, ssm: '', cloudwatch: '', http: '' };
  const resolve = resolver(assembly, endpoints);
  await createTables(assembly, resolve, endpoints.dynamodb);
  await createQueues(assembly, resolve, endpoints.sqs);
  return {
    endpoints,
    optionsOf: (name, instead = {}) =>
      functionOptions(
        assembly,
        resourceOf(assembly, name),
        { endpointsOf: () => ({ ...endpoints, ...instead }) },
        onLine,
      ),
    stop: async () => {
      await Promise.all([dynamodb.stop(), sqs.stop()]);
    },
  };
}

function resourceOf(assembly: Assembly, name: string) {
  const found = assembly.ofType('AWS::Lambda::Function').find((each) => constructName(each) === name);
  if (!found) throw new Error(`the template holds no function ${name}`);
  return found;
}
