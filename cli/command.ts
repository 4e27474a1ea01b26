import type { Command } from 'commander';

/** How a command speaks with a person. What it was asked for goes to `out`, everything else to `err`. */
export type Terminal = {
  out(text: string): void;
  err(text: string): void;
  /**
   * Asks for a secret, which is not shown while it is typed.
   * @throws UserError where there is nobody to ask
   */
  askSecret(question: string): Promise<string>;
  /** For what would go on for ever: the signal that comes when the person presses Ctrl-C, which ends nothing else then. */
  untilStopped(): AbortSignal;
};

/**
 * What a file in cli/commands exports as `addTo`: it adds one command to the program. All files are loaded for
 * the help text, so a command imports what is slow to load (CDK, AWS clients) inside its action.
 *
 * A command ends well or throws: a UserError where a person can put it right.
 */
export type AddCommand = (program: Command, terminal: Terminal) => void;
