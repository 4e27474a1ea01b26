import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { UserError } from '../local/user-error.ts';

/**
 * Asks for a secret at the terminal, without showing what is typed.
 * @param output where the question goes
 * @throws UserError where `input` is no terminal, or the person gives up
 */
export async function askSecret(
  question: string,
  input: Pick<ReadStream, 'isTTY'> & NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<string> {
  if (!input.isTTY) throw new UserError('There is no terminal to ask at.');
  output.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  try {
    const [line] = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
    if (line === undefined) throw new UserError('Nothing was entered.');
    return line.trim();
  } finally {
    lines.close();
    output.write('\n');
  }
}
