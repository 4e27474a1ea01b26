import { catalogue } from './catalogue.ts';
import type { Definition } from './definition.ts';

/** The definition of a command; undefined where the catalogue has none of this name, or not any more. */
export const definitionOf = (command: string | undefined): Definition | undefined =>
  (catalogue as readonly Definition[]).find(({ name }) => name === command);
