import { type Event, only } from '../history/event.ts';
import type { Promised } from './promise.ts';

/** At no moment are more seats in use than there are; in the end as many as people have one. */
export const seats: Promised = {
  number: 6,
  promise: '0 ≤ seats in use ≤ seats; a seat returns once',
  check(history: readonly Event[]) {
    return only(history, 'team').flatMap(({ site, leader, seats, used, people }) => {
      const team = `the team of ${site}/${leader}`;
      if (used < 0 || used > seats) return [`${team} had ${used} seats in use, of ${seats}`];
      return people !== undefined && people !== used
        ? [`${team} has ${used} seats in use, and ${people} people have one`]
        : [];
    });
  },
};
