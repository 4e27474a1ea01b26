import { findCanary } from '../../test/support/canaries.ts';
import { type Event, only } from '../history/event.ts';
import type { Promised } from './promise.ts';

/** Nothing secret stands in a text outside of the table, in any form. */
export const secrets: Promised = {
  number: 8,
  promise: 'No handshake, token, password or e-mail address in any log, metric, error or dead letter',
  check(history: readonly Event[]) {
    const said = only(history, 'said');
    return only(history, 'secret').flatMap(({ name, value }) =>
      said
        .filter(({ text }) => findCanary(value, [text]).length > 0)
        .map(({ where, text }) => `${name} stands in ${where}: ${text.slice(0, SHOWN)}`),
    );
  },
};

const SHOWN = 200; // characters: enough to find the line
