import type { Role } from '../store/teams.ts';

/** What becomes of a contact by a change of its team; its tags follow. */
export type RoleChange = {
  contactId: string;
  program: string;
  team: string;
  from: Role | 'none';
  to: Role | 'none';
  /** The webhook that made the change; of a request of the site, the job that brings the tags. */
  by: string;
};

/** What was decided, in words, and whose roles it changes. */
export type Decision = { words: string; changes: RoleChange[] };
