import { afterAll, beforeAll, describe } from '@jest/globals';
import type { CrmSimulator } from '../../../local/crm-simulators/crm-simulator.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';
import { testChanges } from './contract/changes.ts';
import { testFaults } from './contract/faults.ts';
import type { ContractOptions } from './contract/options.ts';
import { testPeople } from './contract/people.ts';
import { testReads } from './contract/reads.ts';
import { testRefusals } from './contract/refusals.ts';
import { testTagsOfMany } from './contract/tags-of-many.ts';
import { testWrites } from './contract/writes.ts';

/**
 * Runs the tests that every CRM must pass, over HTTP against its simulator. What CRMs differ in is data of the
 * options; what one of them alone does stands in tests of its own, which share the table that is started here.
 * @param kind as in `crm.kind` of the config
 */
export function describeContract<Simulator extends CrmSimulator>(
  kind: string,
  options: ContractOptions<Simulator>,
): void {
  let table: TestTable;
  beforeAll(async () => {
    table = await startTestTable();
  });
  afterAll(() => table.stop());
  describe('reads', () => testReads(kind, options));
  describe('changes', () => testChanges(kind, options));
  describe('writes', () => testWrites(kind, options));
  describe('tags of many', () => testTagsOfMany(kind, options));
  describe('people', () => testPeople(kind, options));
  describe('the limit and the credentials', () => testRefusals(kind, options));
  describe('faults', () => testFaults(kind, options));
}
