import { describe, expect, test } from '@jest/globals';
import { errorOf } from '../crm/fixtures/client.ts';
import {
  buyer,
  COURSE,
  client,
  EMAIL,
  ofContact,
  REFERENCE,
  stripe,
  subscribe,
  withoutAddress,
} from './fixtures/stripe.ts';

const idsOf = (found: readonly { id: string }[]): string[] => found.map(({ id }) => id).toSorted();

describe('the subscriptions of a buyer', () => {
  test("are the known customer's, of any state and page, to the items asked for", async () => {
    const customer = stripe.owner.addCustomer();
    const ids = Array.from({ length: 205 }, () => subscribe({ customer, status: 'canceled' }));
    subscribe({ customer, products: ['prod_other'] });
    subscribe();
    const found = await client.findSubscriptions(withoutAddress({ customer }), [COURSE]);
    expect(idsOf(found)).toEqual(ids.toSorted());
    expect(stripe.requests.byRoute['GET /v1/subscriptions']).toBe(3);
  });

  test('are those of the customer whose metadata names the buyer', async () => {
    const named = stripe.owner.addCustomer({ email: 'other@example.com', ...ofContact() });
    subscribe();
    const id = subscribe({ customer: named });
    expect(idsOf(await client.findSubscriptions(withoutAddress(), [COURSE]))).toEqual([id]);
  });

  test('are also those whose own metadata names the buyer, whoever pays', async () => {
    const customer = stripe.owner.addCustomer({ email: 'payer@example.com', ...ofContact('academy:7') });
    const gift = subscribe({ customer, ...ofContact() });
    subscribe({ customer });
    expect(idsOf(await client.findSubscriptions(withoutAddress(), [COURSE]))).toEqual([gift]);
  });

  test('are not those whose own metadata names somebody else', async () => {
    const customer = stripe.owner.addCustomer(ofContact());
    const own = subscribe({ customer });
    const gift = subscribe({ customer, ...ofContact('academy:7') });
    const found = idsOf(await client.findSubscriptions(withoutAddress(), [COURSE]));
    expect(found).toEqual([own]);
    expect(found).not.toContain(gift);
  });

  test.each([EMAIL, EMAIL.toLowerCase()])(
    'are found by e-mail where nothing else names them: %s',
    async (email) => {
      const id = subscribe({ customer: stripe.owner.addCustomer({ email }) });
      expect(idsOf(await client.findSubscriptions(buyer(), [COURSE]))).toEqual([id]);
    },
  );

  test("are not those of a customer with the address whose metadata is somebody else's", async () => {
    subscribe({ customer: stripe.owner.addCustomer({ email: EMAIL, ...ofContact('academy:7') }) });
    expect(await client.findSubscriptions(buyer(), [COURSE])).toEqual([]);
  });

  test('are found once where the list makes no difference between small letters and capitals', async () => {
    stripe.faults.ignoresCase = true;
    const id = subscribe();
    expect(idsOf(await client.findSubscriptions(buyer(), [COURSE]))).toEqual([id]);
  });

  test('are none without an address', async () => {
    subscribe();
    expect(await client.findSubscriptions(buyer({ email: async () => undefined }), [COURSE])).toEqual([]);
  });

  test('are looked for anew where the known customer is deleted', async () => {
    const customer = stripe.owner.addCustomer();
    stripe.owner.deleteCustomer(customer);
    const id = subscribe({ customer: stripe.owner.addCustomer(ofContact()) });
    for (const gone of [customer, 'cus_never'])
      expect(idsOf(await client.findSubscriptions(withoutAddress({ customer: gone }), [COURSE]))).toEqual([
        id,
      ]);
  });

  test('are found by e-mail in a country without the Search API', async () => {
    stripe.faults.hasNoSearch = true;
    const id = subscribe();
    expect(idsOf(await client.findSubscriptions(buyer(), [COURSE]))).toEqual([id]);
  });

  test('are not looked for by e-mail where the search fails otherwise', async () => {
    stripe.faults.next({ does: 'answer', status: 400, route: 'GET /v1/subscriptions/search' });
    expect(await errorOf(client.findSubscriptions(withoutAddress(), [COURSE]))).toMatchObject({
      name: 'Rejected',
    });
  });

  test('whose reference holds quotes are searched for by all of it', async () => {
    const reference = `academy:4'2"\\`;
    const id = subscribe({ customer: stripe.owner.addCustomer(ofContact(reference)) });
    expect(idsOf(await client.findSubscriptions(withoutAddress({ reference }), [COURSE]))).toEqual([id]);
  });

  test('are not guessed at where several customers match', async () => {
    const ids = [EMAIL, EMAIL, EMAIL.toLowerCase()].map((email) => stripe.owner.addCustomer({ email }));
    const { name, message } = await errorOf(client.findSubscriptions(buyer(), [COURSE]));
    expect(name).toBe('Rejected');
    for (const id of ids) expect(message).toContain(id);
    expect(message).toContain('Set the metadata `contact` of the right one to `academy:42`, then replay.');
    expect(message).not.toContain('@');
  });

  test('are found by what was set right, before the search knows it', async () => {
    const [right = '', wrong = ''] = [0, 1].map(() => stripe.owner.addCustomer({ email: EMAIL }));
    const id = subscribe({ customer: right });
    subscribe({ customer: wrong });
    stripe.owner.setMetadata(right, { contact: REFERENCE });
    stripe.faults.unsearchable.add(right);
    expect(idsOf(await client.findSubscriptions(buyer(), [COURSE]))).toEqual([id]);
  });

  test('are not guessed at among more customers than a page has', async () => {
    for (let count = 0; count < 230; count++) stripe.owner.addCustomer({ email: EMAIL });
    const { message } = await errorOf(client.findSubscriptions(buyer(), [COURSE]));
    expect(message).toMatch(/^230 customers .* and 220 more\./);
    expect(stripe.requests.byRoute['GET /v1/customers']).toBe(4);
  });
});

describe('a customer', () => {
  test('is the known one, the one that metadata names, the one that pays for what is named, the one with the address', async () => {
    const byEmail = stripe.owner.addCustomer({ email: EMAIL });
    expect(await client.customerOf(buyer(), 'k1')).toBe(byEmail);
    const payer = stripe.owner.addCustomer();
    subscribe({ customer: payer, ...ofContact() });
    expect(await client.customerOf(withoutAddress(), 'k1')).toBe(payer);
    const named = stripe.owner.addCustomer(ofContact());
    expect(await client.customerOf(withoutAddress(), 'k1')).toBe(named);
    expect(await client.customerOf(withoutAddress({ customer: byEmail }), 'k1')).toBe(byEmail);
    expect(stripe.owner.all('customer')).toHaveLength(3);
  });

  test("is not the one that pays for what is named, where that is somebody else's", async () => {
    const giver = stripe.owner.addCustomer(ofContact('academy:7'));
    subscribe({ customer: giver, ...ofContact() });
    expect(await client.customerOf(buyer(), 'k1')).not.toBe(giver);
    expect(stripe.owner.all('customer')).toHaveLength(2);
  });

  test('is made with the metadata where there is none, once', async () => {
    stripe.faults.next({ does: 'answer', status: 500, when: 'after', route: 'POST /v1/customers' });
    expect(await errorOf(client.customerOf(buyer(), 'k1'))).toMatchObject({ name: 'Unavailable' });
    for (const { id } of stripe.owner.all('customer')) stripe.faults.unsearchable.add(id);
    const id = await client.customerOf(buyer(), 'k1');
    expect(stripe.owner.all('customer')).toMatchObject([{ id, email: EMAIL, ...ofContact() }]);
  });

  test('is not made without an address', async () => {
    expect(await errorOf(client.customerOf(buyer({ email: async () => undefined }), 'k1'))).toMatchObject({
      name: 'Rejected',
    });
    expect(stripe.owner.all('customer')).toEqual([]);
  });

  test('is not guessed at where several pay for what metadata names', async () => {
    for (const customer of [stripe.owner.addCustomer(), stripe.owner.addCustomer()])
      subscribe({ customer, ...ofContact() });
    expect(await errorOf(client.customerOf(withoutAddress(), 'k1'))).toMatchObject({ name: 'Rejected' });
  });
});
