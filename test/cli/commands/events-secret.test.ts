import { expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import * as z from 'zod/mini';
import { eventsSchema } from '../../../functions/site-events/post-to-site.ts';
import { latchkey } from '../latchkey.ts';

test('what the secret has signed, a library for Standard Webhooks finds valid with it', async () => {
  const { secret } = JSON.parse((await latchkey('events-secret', '--json')).out);
  const at = new Date();
  const signature = new Webhook(secret).sign('an-id', at, '{}');
  const headers = {
    'webhook-id': 'an-id',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': signature,
  };
  expect(new Webhook(secret).verify('{}', headers)).toEqual({});
});

test('people are shown the JSON that the functions take, and the command that stores it', async () => {
  const { code, out, err } = await latchkey('events-secret');
  expect(code).toBe(0);
  expect(err).toBe('');
  const json = /^ {2}(\{.*\})$/m.exec(out)?.[1] ?? '';
  const secret = /^ {2}(whsec_\S+)$/m.exec(out)?.[1] ?? '';
  const parameter = JSON.parse(json.replace('https://…', 'https://members.example.com/latchkey'));
  expect(z.parse(eventsSchema, parameter).secrets).toEqual([secret]);
  expect(out).toContain(
    'aws ssm put-parameter --type SecureString --name /latchkey/<stage>/<site id>/events',
  );
});
