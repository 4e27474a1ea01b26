import { readdirSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { UserError } from '../local/user-error.ts';
import type { AddCommand, Terminal } from './command.ts';

const commandsFolder = new URL('commands/', import.meta.url);

/**
 * Runs the `latchkey` command.
 * @param args what stands behind `latchkey`
 * @returns the exit code: 0 when done or when help was asked for, 1 when the arguments are wrong or
 *   a person has something to put right, which is told
 * @throws what else a command fails with
 */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = new Command('latchkey')
    .description('Sets up and looks after Latchkey, the receiver for CRM webhooks.')
    .helpCommand(false) // `latchkey <command> --help` says the same
    .showHelpAfterError()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .exitOverride();
  for (const addTo of await loadCommands()) addTo(program, terminal);
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode; // it has told the person already
    if (!(error instanceof UserError)) throw error;
    terminal.err(`${error.message}\n`);
    return 1;
  }
}

/** Each file in cli/commands is a command; help lists them in the order of their files. */
async function loadCommands(): Promise<AddCommand[]> {
  const files = readdirSync(commandsFolder)
    .filter((file) => file.endsWith('.ts'))
    .sort();
  const modules: { addTo: AddCommand }[] = await Promise.all(
    files.map((file) => import(new URL(file, commandsFolder).href)),
  );
  return modules.map(({ addTo }) => addTo);
}
