import { readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Changes within this time are written together: a campaign that tags 500 contacts is one write, not 500. */
const DEBOUNCE_MS = 200;

/** The state of a simulator on disk, so that it survives a restart. */
export type StateFile = {
  /** Says that the state changed; it is written soon. */
  changed(): void;
  /** Writes what is still unwritten. Rejects if this or an earlier write failed. */
  flush(): Promise<void>;
};

/** The state that was written last; `undefined` if there is no file yet. A broken file is an error, not a fresh start. */
export function readState<State>(file: string): State | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as State;
  } catch (cause) {
    throw new Error(`${file} does not hold JSON: delete it to start afresh`, { cause });
  }
}

/** @param state gives the value to write, at the moment of writing. */
export function stateFile(file: string, state: () => unknown): StateFile {
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let failure: unknown;

  const write = (): void => {
    timer = undefined;
    writing = writing
      .then(() => writeAtomically(file, JSON.stringify(state())))
      .catch((error: unknown) => {
        failure = error;
      });
  };

  return {
    changed: () => {
      timer ??= setTimeout(write, DEBOUNCE_MS);
    },
    flush: async () => {
      if (timer !== undefined) {
        clearTimeout(timer);
        write();
      }
      await writing;
      if (failure !== undefined) throw failure;
    },
  };
}

/** A crash leaves the old file or the new one, never half of one. Readable by its owner alone: it holds people. */
async function writeAtomically(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, file);
}
