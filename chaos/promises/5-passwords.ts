import { type Event, only } from '../history/event.ts';
import { called, type Promised } from './promise.ts';

/** A password in the CRM's field stays what it is, and is the one that the member logs in with. */
export const passwords: Promised = {
  number: 5,
  promise: 'A password is never overwritten, and never generated twice',
  check(history: readonly Event[]) {
    const overwritten = only(history, 'wrote')
      .filter(({ field, was }) => field === 'password' && was !== '')
      .map((write) => `the password of ${called(write)} was overwritten`);
    const refused = only(history, 'logged-in')
      .filter(({ status }) => status === 401)
      .map((login) => `${called(login)} cannot log in with the password that its contact has`);
    return [...overwritten, ...refused];
  },
};
