import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UserError } from './user-error.ts';

/**
 * Takes a folder for this process alone. The lock is SQLite's: it ends with the process however that ends, so
 * none is ever left behind.
 * @returns gives the folder free
 * @throws UserError when another process has it
 */
export function takeFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const lock = new DatabaseSync(join(folder, 'lock.sqlite'));
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw new UserError(`Another "npm start" runs on ${folder}: end it first (Ctrl-C there).`, { cause });
  }
  return () => lock.close();
}
