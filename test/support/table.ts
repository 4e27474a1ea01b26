import { startTableAlone, type TableAlone } from '../../local/table-alone.ts';

/** The table alone, for tests of modules that need nothing else of Latchkey. */
export type TestTable = TableAlone;

/** Starts it with the template that all tests share. Import modules of functions/ dynamically, after this. */
export const startTestTable = (): Promise<TestTable> => startTableAlone(process.env.TEST_ASSEMBLY ?? '');
