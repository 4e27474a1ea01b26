import type * as z from 'zod/mini';

/**
 * What happens to a command once it is recorded:
 * - `flag`: the contact's needs-sync flag is raised, nothing else;
 * - `queue`: the flag is raised and a job goes to operations.fifo, in order per contact;
 * - `delay`: the flag is raised and one job per contact waits on batch-sync for the site's batch delay.
 */
export type Handling = 'flag' | 'queue' | 'delay';

/** One parameter of a command: how it is checked and what it means to the person who fills it in. */
export type Parameter<Schema extends z.ZodMiniType = z.ZodMiniType> = {
  schema: Schema;
  describes: string;
  /** Never leaves the webhook's record: not in a queue's message, a log or a dead letter. */
  secret?: boolean;
};

/** One command of the catalogue: everything that receiving, documenting and generating its URL needs. */
export type Definition<Parameters extends Record<string, Parameter> = Record<string, Parameter>> = {
  /** The query key that CRMs post, such as `aal_genpass`. */
  name: string;
  /** Further addresses, as other products have them: `POST <path>/<handshake>`. */
  paths?: readonly string[];
  /** Latchkey's own: no URL names it. The catalogue holds it because its jobs are looked up there. */
  internal?: true;
  /** Latchkey's own, for sites whose members it keeps: the plugin of a site that relays does not know it. */
  ofNoPlugin?: true;
  /** One line: what the command does. */
  summary: string;
  handling: Handling;
  /** What it decides is kept with the member, and its plan holds what no record of a job that ended may: no replay needs it. */
  forgetsPlan?: true;
  /** A second time would add a second time: identical webhooks within the site's window count once. */
  adds?: true;
  /** It only asks to look again: of several that wait to be relayed for a contact, the last one does. */
  onlyUpdates?: true;
  parameters: Parameters;
  /** When somebody would choose this command. */
  whenToUse: string;
  /** With the site's `legacyFullUpdate`, a command that only flags is queued for a pull at once. */
  queuedByLegacyFullUpdate?: boolean;
};

/** The checked parameters of a command, as its `apply` gets them. */
export type ParametersOf<D extends Definition> = {
  [Name in keyof D['parameters']]: z.output<D['parameters'][Name]['schema']>;
};

/** Gives the definition back, with the types of its parameters known. */
export function defineCommand<const Parameters extends Record<string, Parameter>>(
  definition: Definition<Parameters>,
): Definition<Parameters> {
  return definition;
}
