import {
  GetParameterCommand,
  GetParametersCommand,
  ParameterNotFound,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientOptions } from '../../local/endpoints.ts';
import { type ParameterStore, startParameterStore } from '../../local/ssm.ts';

let store: ParameterStore;
let client: SSMClient;
beforeAll(async () => {
  store = await startParameterStore({ '/a/crm': 'secret' });
  client = new SSMClient(clientOptions(store.endpoint));
});
afterAll(async () => {
  client.destroy();
  await store.stop();
});

test('a parameter is read with the SDK, and the request is counted', async () => {
  const { Parameter } = await client.send(new GetParameterCommand({ Name: '/a/crm', WithDecryption: true }));
  expect(Parameter).toMatchObject({ Name: '/a/crm', Value: 'secret', Type: 'SecureString' });
  expect(store.requests.GetParameter).toBe(1);
});

test('a parameter that is not there is ParameterNotFound', async () => {
  await expect(client.send(new GetParameterCommand({ Name: '/b' }))).rejects.toThrow(ParameterNotFound);
});

test('several at once come with the names that are none', async () => {
  const { Parameters, InvalidParameters } = await client.send(
    new GetParametersCommand({ Names: ['/a/crm', '/b'] }),
  );
  expect([Parameters?.map(({ Value }) => Value), InvalidParameters]).toEqual([['secret'], ['/b']]);
});

test('a parameter is put, and overwritten only when asked', async () => {
  const put = (Value: string, Overwrite: boolean) =>
    client.send(new PutParameterCommand({ Name: '/c', Value, Type: 'SecureString', Overwrite }));
  await put('1', false);
  await expect(put('2', false)).rejects.toThrow('already exists');
  await put('3', true);
  expect(store.values.get('/c')).toBe('3');
});
