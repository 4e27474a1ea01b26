import type { Command } from 'commander';

/** Where a command writes. What it was asked for goes to `out`, everything else to `err`. */
export type Terminal = { out(text: string): void; err(text: string): void };

/**
 * What a file in cli/commands exports as `addTo`: it adds one command to the program. All files are loaded for
 * the help text, so a command imports what is slow to load (CDK, AWS clients) inside its action.
 */
export type AddCommand = (program: Command, terminal: Terminal) => void;
