import { UserError } from '../../local/user-error.ts';
import type { Terminal } from '../command.ts';
import type { RedriveOptions } from '../commands/redrive.ts';
import { openPlace } from '../place.ts';
import { type DeadLetterQueue, DeadLetters, deadLetterQueues } from './dead-letters.ts';

const TOLD_EVERY = 100; // letters

/** Redrives the dead letters, or says how many there are. @throws UserError where there is no such queue */
export async function redriveAll(options: RedriveOptions, terminal: Terminal): Promise<void> {
  const { outputs } = await openPlace(options);
  const counts: Record<string, number> = {};
  for (const queue of chosen(options.queue, deadLetterQueues(outputs))) {
    const letters = new DeadLetters(queue);
    try {
      counts[queue.name] = options.yes ? await redrive(queue, letters, terminal) : await letters.count();
    } finally {
      letters.close();
    }
  }
  if (options.json)
    return terminal.out(`${JSON.stringify({ [options.yes ? 'redriven' : 'deadLetters']: counts })}\n`);
  for (const [name, count] of Object.entries(counts))
    terminal.out(`${name.padEnd(12)} ${count} ${options.yes ? 'sent back' : 'dead letters'}\n`);
  if (!options.yes) terminal.err('Nothing was done: --yes sends them back.\n');
}

function chosen(name: string | undefined, queues: DeadLetterQueue[]): DeadLetterQueue[] {
  const found = name === undefined ? queues : queues.filter((queue) => queue.name === name);
  if (found.length > 0) return found;
  throw new UserError(`There is no queue ${name}: they are ${queues.map((queue) => queue.name).join(', ')}.`);
}

async function redrive({ name }: DeadLetterQueue, letters: DeadLetters, { err }: Terminal): Promise<number> {
  let count = 0;
  const total = await letters.count(); // those that die meanwhile are left: they would go round and round
  if (total === 0) return 0;
  for await (const taken of letters.take()) {
    for (const letter of taken) {
      await letters.redrive(letter);
      count++;
      if (count % TOLD_EVERY === 0) err(`${name}: ${count} of ${total}\n`);
    }
    if (count >= total) break;
  }
  return count;
}
