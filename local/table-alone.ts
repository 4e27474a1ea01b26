import { loadAssembly } from './assembly.ts';
import { createTables, startDynamoDb } from './dynamodb.ts';
import { CREDENTIALS, REGION } from './endpoints.ts';
import { resolver } from './template.ts';

/** The table alone, for what needs nothing else of Latchkey. */
export type TableAlone = {
  /** The variables that a function has for it. A process that is started with them shares the table. */
  variables: Record<string, string>;
  stop(): Promise<void>;
};

/**
 * Starts DynamoDB with the template's table, in memory, and sets the variables of this process so that modules
 * of functions/ use it. They read some of them when loaded: import them dynamically, after this.
 * @param folder the cloud assembly
 * @param server address of a DynamoDB that runs already, to be used instead
 */
export async function startTableAlone(folder: string, server?: string): Promise<TableAlone> {
  const assembly = await loadAssembly(folder);
  const { endpoint, stop } = await startDynamoDb(undefined, server);
  const resolve = resolver(assembly, { dynamodb: endpoint, sqs: '', ssm: '', cloudwatch: '', http: '' });
  const [tableName = ''] = await createTables(assembly, resolve, endpoint);
  const variables = {
    TABLE_NAME: tableName,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  };
  Object.assign(process.env, variables);
  return { variables, stop };
}
