import { startTableAlone, type TableAlone } from '../../local/table-alone.ts';
import { startBackEnd } from './back-end.ts';

/** The table alone, for tests of modules that need nothing else of Latchkey. */
export type TestTable = TableAlone;

/** Starts it with the template that all tests share. Import modules of functions/ dynamically, after this. */
export async function startTestTable(): Promise<TestTable> {
  const backEnd = await startBackEnd();
  const table = await startTableAlone(process.env.TEST_ASSEMBLY ?? '', backEnd.servers?.dynamodb);
  return {
    ...table,
    stop: async () => {
      await table.stop();
      await backEnd.stop();
    },
  };
}
