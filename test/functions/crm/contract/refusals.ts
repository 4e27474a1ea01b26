import { expect, test } from '@jest/globals';
import type { CrmSimulator } from '../../../../local/crm-simulators/crm-simulator.ts';
import { eventually } from '../../../support/latchkey.ts';
import { accountOf, errorOf, openClient } from '../fixtures/client.ts';
import { prepareBench } from './bench.ts';
import type { ContractOptions } from './options.ts';

const IMPATIENT = { first: 10, later: 10 };

/** What a client does where the account says no: 429, 401, 403. */
export function testRefusals<Simulator extends CrmSimulator>(
  kind: string,
  options: ContractOptions<Simulator>,
): void {
  const bench = prepareBench(kind, options);
  const tooMany = (seconds: number, times = 1) =>
    bench.crm.faults.next({
      ...{ does: 'answer', status: 429, times },
      headers: options.waitHeaders(seconds),
    });

  /** Asks the account's pace for a turn that may begin now, and sends nothing. */
  async function turnWithoutWaiting(): Promise<void> {
    const { Pace } = await import('../../../../functions/crm/pace.ts');
    const account = await accountOf(kind, bench.crm.credentials);
    await new Pace(account, 100, { first: 0, later: 0, remainingMs: () => 120_000 }).turn();
  }

  test('after a 429 nobody sends anything until the wait is over, and then the request is repeated', async () => {
    bench.crm.seedContacts(3);
    tooMany(1);
    const started = performance.now();
    const first = bench.client.readContact('1');
    await eventually(async () =>
      expect((await errorOf(turnWithoutWaiting())).retryAfterMs).toBeGreaterThan(400),
    );
    const others = ['2', '3'].map(async (id) => (await bench.open({})).readContact(id));

    expect(bench.crm.requests.total).toBe(1);
    const contacts = await Promise.all([first, ...others]);
    expect(performance.now() - started).toBeGreaterThanOrEqual(995);
    expect(contacts.map((contact) => contact?.id)).toEqual(['1', '2', '3']);
  });

  test('a wait that is longer than patience is not waited for, and told', async () => {
    tooMany(60);
    const { name, retryAfterMs } = await bench.failureOf((await bench.open(IMPATIENT)).readContact('1'));
    expect(name).toBe('Throttled');
    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThan(70_000);
  });

  test('the limit of the account itself is understood, and its words are obeyed', async () => {
    const [id = ''] = bench.crm.seedContacts(1);
    for (const window of bench.crm.rateLimit.windows) window.limit = 1;
    const client = await bench.open(IMPATIENT);
    const readUntilRefused = async () => {
      for (;;) await client.readContact(id);
    };
    const { name, retryAfterMs } = await bench.failureOf(readUntilRefused());
    expect(name).toBe('Throttled');
    expect(retryAfterMs).toBeGreaterThan(500);
    expect(bench.crm.requests).toMatchObject({ admitted: 1, refused: 1 });
  });

  test('an account that refuses again and again is left alone', async () => {
    tooMany(0, Number.POSITIVE_INFINITY);
    const { name, retryAfterMs } = await bench.failureOf(bench.client.readContact('1'));
    expect(name).toBe('Throttled');
    expect(retryAfterMs).toBeGreaterThan(1_000);
    expect(bench.crm.requests.total).toBeLessThan(10);
  });

  test.each([401, 403])(
    'a %i names the credentials, and is no rejection: the jobs wait for the right ones',
    async (status) => {
      bench.crm.faults.next({ does: 'answer', status });
      const { name, message } = await bench.failureOf(bench.client.readContact('1'));
      expect(message).toMatch(new RegExp(`answered ${status}: check the credentials`));
      expect(['Throttled', 'Rejected']).not.toContain(name);
    },
  );

  test('a wrong token is told by the account itself, and stands in no error', async () => {
    const token = 'wrong-0123456789abcdef';
    const client = await openClient(kind, { ...bench.crm.credentials, token });
    const error = await bench.failureOf(client.readContact('1'));
    expect(error.message).toMatch(/check the credentials/);
    expect(String(error.stack)).not.toContain(token);
  });
}
