import * as z from 'zod/mini';
import type { Routes } from '../../../crm-simulators/router.ts';
import type { StripeAccount } from '../account.ts';
import type { StripeFaults } from '../faults.ts';
import { checkParams, expandable, metadata, paged, searched, text } from '../form.ts';
import { newCustomer } from '../made.ts';
import { listed, represent, searchResult } from '../representation.ts';
import { search } from '../search.ts';

const creation = z.strictObject({ ...expandable, email: z.optional(text), metadata: z.optional(metadata) });
const list = z.strictObject({ ...paged, email: z.optional(text) });
const query = z.strictObject(searched);
const read = z.strictObject(expandable);

/** @see https://docs.stripe.com/api/customers */
export const customerRoutes = (account: StripeAccount, faults: StripeFaults): Routes => {
  const isSame = (one: string | null, other: string): boolean =>
    faults.ignoresCase ? one?.toLowerCase() === other.toLowerCase() : one === other;
  return {
    'POST /v1/customers': ({ body }) => {
      const { expand, ...given } = checkParams(creation, body);
      const customer = account.put(newCustomer(account, { ...given, card: false }), 'customer.created');
      return { status: 200, body: represent(account, customer, Object.values(expand ?? {})) };
    },

    /** By e-mail the list tells small letters from capitals. */
    'GET /v1/customers': ({ body }) => {
      const { email, ...page } = checkParams(list, body);
      const found = account
        .all('customer')
        .filter((customer) => !customer.deleted && (email === undefined || isSame(customer.email, email)));
      return { status: 200, body: listed(account, '/v1/customers', found, page) };
    },

    'GET /v1/customers/search': ({ body }) => {
      const { query: words, ...page } = checkParams(query, body);
      const found = search(account, faults, 'customer', words).filter((customer) => !customer.deleted);
      return { status: 200, body: searchResult(account, '/v1/customers/search', found, page) };
    },

    'GET /v1/customers/{id}': ({ params, body }) => {
      const { expand } = checkParams(read, body);
      const customer = account.get('customer', params.id ?? '');
      return { status: 200, body: represent(account, customer, Object.values(expand ?? {})) };
    },
  };
};
