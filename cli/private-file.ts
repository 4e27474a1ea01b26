import { open, rename, rm } from 'node:fs/promises';

const OWNER_ALONE = 0o600;

/**
 * Writes a file of personal data, which its owner alone can read. It stands there whole or not at all.
 * @param lines come as they are made
 */
export async function writePrivateFile(
  path: string,
  lines: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  const unfinished = `${path}.${process.pid}.tmp`;
  const file = await open(unfinished, 'wx', OWNER_ALONE);
  try {
    for await (const line of lines) await file.appendFile(line);
    await file.sync();
    await file.close();
    await rename(unfinished, path);
  } catch (error) {
    await file.close();
    await rm(unfinished, { force: true });
    throw error;
  }
}
