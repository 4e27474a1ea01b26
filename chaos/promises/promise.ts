import type { Event } from '../history/event.ts';

/** Where a history breaks a promise, in words that are the same for the same break in a shorter history. */
export type Broken = string;

/** One of Latchkey's promises, and what breaks it. */
export type Promised = {
  /** Its number in the list of promises. */
  number: number;
  promise: string;
  /** The breaks in a history; a pure function. */
  check(history: readonly Event[]): Broken[];
};

/** How a contact is called. */
export const called = ({ site, contact }: { site: string; contact: string }): string => `${site}/${contact}`;
