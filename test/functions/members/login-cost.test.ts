import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Site } from '../../../functions/platform/config.ts';
import { checkConfig } from '../../../lib/config.ts';
import testConfig from '../../support/latchkey.config.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';

const SITE = checkConfig(testConfig, 'the test config').sites[0] as Site;
const EMAIL = 'known@example.com';

let table: TestTable;
let login: typeof import('../../../functions/members/login.ts').login;
beforeAll(async () => {
  table = await startTestTable();
  ({ login } = await import('../../../functions/members/login.ts'));
  const { hashPassword } = await import('../../../functions/members/password.ts');
  const members = await import('../../../functions/store/members.ts');
  await members.changeMemberItem(SITE.id, '1', undefined, { email: EMAIL, contactId: '1' }, []);
  const account = {
    passwordFrom: 'generated',
    createdBy: 'test',
    createdAt: '2026-07-17T12:00:00.000Z',
  } as const;
  await members.createAccount(SITE.id, '1', { ...account, passwordHash: await hashPassword('right') }, []);
});
afterAll(() => table.stop());

/** The processor time of a login, in ms; unlike the time on the wall it says nothing of what else is going on. */
async function cpuOf(email: string): Promise<number> {
  const before = process.cpuUsage();
  const result = await login(SITE, { email, password: 'wrong', address: '192.0.2.1' });
  expect(result.outcome).toBe('refused');
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

test('an address that nobody has costs the hashing of a wrong password, so that time does not tell them apart', async () => {
  await cpuOf(EMAIL); // the first one compiles
  const known = Math.min(await cpuOf(EMAIL), await cpuOf(EMAIL));
  const unknown = Math.min(await cpuOf('nobody.1@example.com'), await cpuOf('nobody.2@example.com'));
  expect(unknown).toBeGreaterThan(known * 0.6);
  expect(unknown).toBeLessThan(known * 1.7);
});
