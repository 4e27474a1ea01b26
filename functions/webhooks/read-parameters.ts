import * as z from 'zod/mini';
import type { Definition } from '../commands/definition.ts';
import type { Complaint } from '../http/problem.ts';

/** A command's parameters as they were understood: those that may be shown, the secret ones, and what is wrong. */
export type ReadParameters = {
  open: Record<string, unknown>;
  secrets: Record<string, unknown>;
  complaints: Complaint[];
};

/**
 * Reads and checks the parameters of a command.
 * @param lookUp gives the text that a parameter was sent with, if any
 */
export function readParameters(
  { parameters }: Pick<Definition, 'parameters'>,
  lookUp: (name: string) => string | undefined,
): ReadParameters {
  const read: ReadParameters = { open: {}, secrets: {}, complaints: [] };
  for (const [name, { schema, secret }] of Object.entries(parameters)) {
    const result = z.safeParse(schema, lookUp(name));
    if (!result.success) {
      read.complaints.push(...result.error.issues.map((issue) => ({ at: name, problem: issue.message })));
    } else if (result.data !== undefined) {
      (secret ? read.secrets : read.open)[name] = result.data;
    }
  }
  return read;
}
