import { expect, test } from '@jest/globals';
import { isSimulated, startSimulator } from '../../../local/crm-simulators/start-simulator.ts';

test.each(['activecampaign', 'keap'] as const)(
  '%s starts with the same contacts as every other kind, and credentials that name its address',
  async (kind) => {
    const crm = await startSimulator(kind, { token: 'a-token' });
    expect(crm.credentials).toMatchObject({ url: crm.url, token: 'a-token' });
    crm.seedContacts(2);
    const [first] = crm.contacts.all();
    expect(first).toMatchObject({
      id: '1',
      email: 'ada.adler.1@example.com',
      tags: ['Customer', 'Plan: Premium'],
    });
    expect(Object.values(first?.fields ?? {})).toEqual(['0', 'premium']);
    expect(await (await fetch(new URL('/', crm.url))).text()).toContain('This is a simulated');
    await crm.close();
  },
);

test('a kind without a CRM has no simulator', () => {
  expect(['managed', 'toString', ''].filter(isSimulated)).toEqual([]);
});
