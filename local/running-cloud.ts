import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import type { Endpoints } from './endpoints.ts';
import { UserError } from './user-error.ts';

/** Where `npm start` keeps its data. */
export const DATA_FOLDER = resolve(import.meta.dirname, '../.latchkey');

/** What other programs on this machine need to know of a local cloud. */
export type RunningCloud = {
  /** Of the HTTP API, without a slash at its end. */
  url: string;
  endpoints: Endpoints;
  /** What a deployment of its stack would print, such as TableName. */
  outputs: Record<string, string>;
};

const fileIn = (folder: string): string => join(folder, 'cloud.json');

/**
 * Leaves word of a local cloud in its data folder.
 * @returns takes it back
 */
export async function announceCloud(folder: string, cloud: RunningCloud): Promise<() => Promise<void>> {
  await writeFile(fileIn(folder), `${JSON.stringify(cloud, undefined, 2)}\n`);
  return () => rm(fileIn(folder), { force: true });
}

/**
 * Finds the local cloud that runs on a data folder.
 * @throws UserError where none runs; one that was killed has left its word behind
 */
export async function findCloud(folder: string): Promise<RunningCloud> {
  const cloud = await readWord(folder);
  if (cloud && (await isListening(cloud.endpoints.ssm))) return cloud;
  throw new UserError(`No local cloud runs on ${folder}: npm start starts one.`);
}

async function readWord(folder: string): Promise<RunningCloud | undefined> {
  try {
    return JSON.parse(await readFile(fileIn(folder), 'utf8'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

async function isListening(address: string): Promise<boolean> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false; // refused: nobody is there
  } finally {
    socket.destroy();
  }
}
