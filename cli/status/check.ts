import type { Config } from '../../functions/platform/config.ts';
import type { Place } from '../place.ts';

/** How one thing is, in one line; of trouble also what a person can do. */
export type Finding =
  | { state: 'ok' | 'skipped'; says: string }
  | { state: 'trouble'; says: string; todo: string };

/** One thing to look at, without changing it. */
export type Check = {
  name: string;
  /**
   * @param signal ends it when its time is over
   * @throws what it could not find out: that is trouble too
   */
  run(signal: AbortSignal): Promise<Finding>;
  /** What a person can do where it throws; default: see whether it can be reached. */
  todo?: string;
};

/** The Latchkey that is looked at. */
export type Subject = { place: Place; isLocal: boolean; config: Config };

/** What each file of this folder that looks at something exports as `checksOf`. */
export type ChecksOf = (subject: Subject) => Check[];

export const ok = (says: string): Finding => ({ state: 'ok', says });
export const skipped = (says: string): Finding => ({ state: 'skipped', says });
export const trouble = (says: string, todo: string): Finding => ({ state: 'trouble', says, todo });

/** A check of what AWS alone has. */
export const inAws = ({ isLocal }: Subject, check: Check): Check =>
  isLocal ? { ...check, run: async () => skipped('not on the local cloud') } : check;
