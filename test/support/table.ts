import { loadAssembly } from '../../local/assembly.ts';
import { createTables, startDynamoDb } from '../../local/dynamodb.ts';
import { CREDENTIALS, REGION } from '../../local/endpoints.ts';
import { resolver } from '../../local/template.ts';

/** The table alone, for tests of modules that need nothing else of Latchkey. */
export type TestTable = {
  /** The variables that a function has for it. A process that is started with them shares the table. */
  variables: Record<string, string>;
  stop(): Promise<void>;
};

/**
 * Starts DynamoDB with the template's table, in memory, and sets the variables of this process so that modules
 * of functions/ use it. They read some of them when loaded: import them dynamically, after this.
 */
export async function startTestTable(): Promise<TestTable> {
  const assembly = await loadAssembly(process.env.TEST_ASSEMBLY ?? '');
  const { endpoint, stop } = await startDynamoDb();
  const resolve = resolver(assembly, { dynamodb: endpoint, sqs: '', ssm: '', http: '' });
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
