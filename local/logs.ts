import { once } from 'node:events';
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** Where the lines of the functions go. */
export interface Logs {
  write(functionName: string, line: string): void;
  stop(): Promise<void>;
}

/**
 * Keeps the lines of each function in a file of its own, as CloudWatch does in a log group.
 * @param folder for the files, `<function>.log`; none are written when it is left out
 * @param onLog sees each line as it comes
 */
export function openLogs(folder?: string, onLog?: (functionName: string, line: string) => void): Logs {
  const files = new Map<string, WriteStream>();
  const fileOf = (functionName: string, under: string): WriteStream => {
    const known = files.get(functionName);
    if (known) return known;
    const file = createWriteStream(join(under, `${functionName.replaceAll('/', '-')}.log`), { flags: 'a' });
    files.set(functionName, file);
    return file;
  };
  if (folder) mkdirSync(folder, { recursive: true });
  return {
    write(functionName, line) {
      if (folder) fileOf(functionName, folder).write(`${line}\n`);
      onLog?.(functionName, line);
    },
    async stop() {
      await Promise.all([...files.values()].map((file) => once(file.end(), 'close')));
    },
  };
}
