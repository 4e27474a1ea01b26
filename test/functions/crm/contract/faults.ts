import { expect, test } from '@jest/globals';
import type { CrmSimulator } from '../../../../local/crm-simulators/crm-simulator.ts';
import type { Fault } from '../../../../local/crm-simulators/fault-switchboard.ts';
import { eventually } from '../../../support/latchkey.ts';
import { openClient } from '../fixtures/client.ts';
import { prepareBench } from './bench.ts';
import type { ContractOptions } from './options.ts';

/** What a client does where the CRM or the network is ill. */
export function testFaults<Simulator extends CrmSimulator>(
  kind: string,
  options: ContractOptions<Simulator>,
): void {
  const bench = prepareBench(kind, options);

  test.each<[string, Fault, RegExp]>([
    ['a 500', { does: 'answer', status: 500 }, /answered 500/],
    ['a 503', { does: 'answer', status: 503 }, /answered 503/],
    ['a 408', { does: 'answer', status: 408 }, /answered 408/],
    ['a redirect', { does: 'answer', status: 302, headers: { location: '/elsewhere' } }, /did not answer/],
    ['a connection that breaks', { does: 'reset' }, /did not answer/],
    ['an answer that is cut off', { does: 'malformed', when: 'after' }, /with something that is not JSON/],
  ])('%s is an error to try again after', async (_, fault, message) => {
    const [id = ''] = bench.crm.seedContacts(1);
    bench.crm.faults.next(fault);
    const error = await bench.failureOf(bench.client.readContact(id));
    expect(error.message).toMatch(message);
    expect(['Throttled', 'Rejected']).not.toContain(error.name);
    expect(await bench.client.readContact(id)).toMatchObject({ id });
  });

  test('an answer that is JSON but not as documented names the place, and none of its values', async () => {
    const [id = ''] = bench.crm.seedContacts(1);
    const calls = [
      () => bench.client.readContact(id),
      () => bench.client.changedSince(new Date(0).toISOString()),
      () => bench.client.upsertContact({ email: 'new@example.com', firstName: 'N', lastName: 'W' }),
    ];
    for (const call of calls) {
      bench.crm.faults.next({ does: 'answer', status: 200 }); // {"message": …} instead of what was asked for
      const { name, message } = await bench.failureOf(call());
      expect(message).toMatch(/is not as documented, at \w+/);
      expect(message).not.toContain('told to answer');
      expect(['Throttled', 'Rejected']).not.toContain(name);
    }
  });

  test('who stops waiting ends a request that hangs', async () => {
    const [id = ''] = bench.crm.seedContacts(1);
    const waiting = new AbortController();
    bench.crm.faults.next({ does: 'hang' });
    const failure = bench.failureOf((await bench.open({ signal: waiting.signal })).readContact(id));
    await eventually(async () => expect(bench.crm.faults.struck).toBe(1));
    waiting.abort();
    const { name, message } = await failure;
    expect(message).toMatch(/did not answer/);
    expect(['Throttled', 'Rejected']).not.toContain(name);
  });

  test('no error of a write holds an address or a value that was sent', async () => {
    const [id = ''] = bench.crm.seedContacts(1);
    const { fields } = options;
    const calls = [
      () => bench.client.writeFields(id, { [fields.password]: 'secret-value-1' }),
      () =>
        bench.client.upsertContact({ email: 'new@example.com', firstName: 'Marigold', lastName: 'Thyme' }),
    ];
    for (const status of [400, 422, 500]) {
      for (const call of calls) {
        bench.crm.faults.next({ does: 'answer', status });
        const { message } = await bench.failureOf(call());
        expect(message).toContain(`answered ${status}`);
        expect(message).not.toMatch(/secret-value|Marigold|Thyme/);
      }
    }
  });

  test('an account that cannot be reached is an error without its query', async () => {
    const gone = await bench.start();
    await gone.close();
    const client = await openClient(kind, gone.credentials);
    const { message } = await bench.failureOf(client.changedSince('2026-01-01T00:00:00Z'));
    expect(message).toMatch(/GET \S+ did not answer/);
    expect(message).not.toMatch(/2026|%3A/);
    expect(message).not.toContain(gone.credentials.token);
  });
}
