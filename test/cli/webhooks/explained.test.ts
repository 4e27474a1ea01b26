import { expect, test } from '@jest/globals';
import { explained } from '../../../cli/webhooks/explained.ts';
import { Rejected, Throttled } from '../../../functions/platform/errors.ts';
import { UserError } from '../../../local/user-error.ts';
import { errorOf } from '../../functions/crm/fixtures/client.ts';

const failing = (error: Error) => errorOf(explained(Promise.reject(error), 'a/handshake'));

test('what the CRM says is told without the handshake, however it quotes it', async () => {
  const said =
    'POST crm.example answered 422: https://hooks.example.com/events/kit/a%2Fhandshake (a/handshake)';
  const error = await failing(new Rejected(said));
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).toBe('POST crm.example answered 422: https://hooks.example.com/events/kit/… (…)');
});

test('whoever is sent away is told when to come back', async () => {
  const { message } = await failing(new Throttled('the CRM answered 429 again and again', 4_200));
  expect(message).toBe('the CRM answered 429 again and again. Try again in 5 s.');
});

test('a fault of ours stays one', async () => {
  const fault = new TypeError('x is not a function');
  expect(await failing(fault)).toBe(fault);
});
