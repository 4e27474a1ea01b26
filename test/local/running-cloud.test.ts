import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { announceCloud, findCloud } from '../../local/running-cloud.ts';
import { startParameterStore } from '../../local/ssm.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-running-'));
});
afterEach(() => rm(folder, { recursive: true }));

const cloudWith = (ssm: string) => ({
  url: 'http://127.0.0.1:3000',
  endpoints: {
    dynamodb: 'http://127.0.0.1:1',
    sqs: 'http://127.0.0.1:2',
    ssm,
    cloudwatch: 'http://127.0.0.1:4',
    http: 'http://127.0.0.1:3000',
  },
  outputs: { TableName: 'table' },
});

test('a cloud that runs is found on its data folder, until it ends', async () => {
  const store = await startParameterStore();
  const takeBack = await announceCloud(folder, cloudWith(store.endpoint));
  expect(await findCloud(folder)).toEqual(cloudWith(store.endpoint));
  await takeBack();
  await store.stop();
  expect(await readdir(folder)).toEqual([]);
  await expect(findCloud(folder)).rejects.toThrow(`No local cloud runs on ${folder}`);
});

test('one that was killed has left its word behind, and is not taken for running', async () => {
  const store = await startParameterStore();
  await announceCloud(folder, cloudWith(store.endpoint));
  await store.stop();
  await expect(findCloud(folder)).rejects.toThrow(`No local cloud runs on ${folder}`);
});
