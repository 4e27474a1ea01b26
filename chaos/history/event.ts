/**
 * What a promise is judged by: everything that was seen of a storm, in the order it happened. Plain data, so that a test
 * can write a history by hand, and a shorter one can be judged as well as the whole.
 */
export type Event = {
  /** Milliseconds since the storm began. */
  at: number;
} & Happening;

export type Happening =
  | Sent
  | Answered
  | Unanswered
  | Changed
  | Wrote
  | Asked
  | Delivered
  | Clock
  | Disturbed
  | Told
  | Kept
  | Flag
  | Copy
  | Value
  | LoggedIn
  | Visited
  | TeamSeen
  | Secret
  | Said
  | Trace
  | Logged;

/** A webhook was posted. */
export type Sent = {
  what: 'sent';
  /** Counts all of them from 1. */
  n: number;
  site: string;
  contact: string;
  command: string;
  /** What tells it from others of its contact and command: an operation, a program, a change of seats. */
  says: string;
  /** `good`; `live`, somebody looks at its address; `bad`, and must be refused; or from a `stranger` without the handshake. */
  kind: 'good' | 'live' | 'bad' | 'stranger';
  /** The first of those that are the same byte by byte; itself for that one. */
  sameAs: number;
};

/** It was answered. */
export type Answered = {
  what: 'answered';
  n: number;
  status: number;
  ms: number;
  /** How much of that this machine was busy with something else. */
  stalledMs: number;
  /** The webhook's id and what became of it, where the answer says so. */
  id?: string;
  outcome?: string;
  /** Whether a refusal says in words what is wrong. */
  clear: boolean;
};

/** Its sender hung up, or the connection broke. */
export type Unanswered = { what: 'unanswered'; n: number; ms: number; stalledMs: number; why: string };

/** Somebody edited a contact in the CRM: its first name is this version now. */
export type Changed = { what: 'changed'; site: string; contact: string; version: number };

/** Latchkey wrote a field of a contact in the CRM. `was`: what it held before, '' for nothing. */
export type Wrote = {
  what: 'wrote';
  site: string;
  contact: string;
  field: 'points' | 'mark' | 'password';
  was: string;
  value: string;
};

/** A request arrived at a site's CRM account; `at` is when. */
export type Asked = {
  what: 'asked';
  site: string;
  by: string;
  status: number;
  /** Of a 429: for how long nobody shall ask again, and when (`at`) that was answered. */
  retryAfterMs?: number;
  answeredAt?: number;
};

/** The plugin of a site that relays did a webhook's work; `seq` is the number of the webhook. */
export type Delivered = {
  what: 'delivered';
  site: string;
  contact: string;
  seq: number;
  endedAt: number;
  /** Whoever asked cannot know that it was done. */
  answerLost: boolean;
};

/** From now on, processes of a function start with a clock that is so far ahead. */
export type Clock = { what: 'clock'; function: string; aheadMs: number };

/** Trouble of the storm's making. */
export type Disturbed = {
  what: 'disturbed';
  /** Whose request, or whose process, it was. */
  function: string;
  /** `dynamodb`, `sqs`, `ssm`, a site's CRM; `process` where it was killed. */
  service: string;
  does: string;
  /** What the request was about, where that matters: `hold` where a CRM that wants to be left alone is noted. */
  about?: string;
};

/** The site took an event. */
export type Told = { what: 'told'; site: string; contact: string; id: string; type: string };

/** A webhook's record as it is in the end. */
export type Kept = {
  what: 'kept';
  id: string;
  site: string;
  contact: string;
  command: string;
  says: string;
  state: string;
  reason: string;
  /** Tries that were begun. */
  attempts: number;
  /** The one that it is a duplicate of, or that was handed on in its place. */
  instead?: string;
};

/** A contact's flag as it is in the end. */
export type Flag = { what: 'flag'; site: string; contact: string; requested: number; synced: number };

/** Latchkey's copy of a contact in the end; `version` is what its first name says. */
export type Copy = {
  what: 'copy';
  site: string;
  contact: string;
  version: number;
  hasAccount: boolean;
};

/** What a contact's field holds in the end where it counts: in the CRM, or in the table where there is none. */
export type Value = {
  what: 'value';
  site: string;
  contact: string;
  field: 'points' | 'mark' | 'first name';
  value: string;
  /** What it held before the storm. */
  first: string;
};

/** A member logged in with the password that its contact has in the CRM. */
export type LoggedIn = { what: 'logged-in'; site: string; contact: string; status: number };

/** A member visited the site: the version that the site was told. */
export type Visited = {
  what: 'visited';
  site: string;
  contact: string;
  /** When it came; `at` is when it was answered. */
  cameAt: number;
  status: number;
  /** Latchkey said that what it told may be old. */
  isStale: boolean;
  version: number;
};

/** A team as it was seen in the table; in the end with the people who have a seat. */
export type TeamSeen = {
  what: 'team';
  site: string;
  team: string;
  program: string;
  leader: string;
  seats: number;
  used: number;
  people?: number;
};

/** Something that must show nowhere. */
export type Secret = { what: 'secret'; name: string; value: string };

/** A text that people or machines other than the table can read. */
export type Said = { what: 'said'; where: string; text: string };

/** Something was found of a webhook that had no handshake. */
export type Trace = { what: 'trace'; n: number; where: string };

/** The log says that a webhook was refused. */
export type Logged = { what: 'logged'; status: number; reason: string };

/** The events of one kind. */
export const only = <What extends Event['what']>(
  history: readonly Event[],
  what: What,
): Extract<Event, { what: What }>[] =>
  history.filter((event): event is Extract<Event, { what: What }> => event.what === what);
