import type { Event } from './event.ts';

const SECONDS_WIDTH = 9;
const SHOWN = 300; // characters of a text

/** A history for people: an event a line, in order, with the seconds since the storm began. */
export const tell = (history: readonly Event[]): string =>
  history.map((event) => `${seconds(event.at)}  ${inWords(event)}`).join('\n');

const seconds = (ms: number): string => (ms / 1000).toFixed(3).padStart(SECONDS_WIDTH);

function inWords(event: Event): string {
  const contact = 'contact' in event ? `${event.site}/${event.contact}` : '';
  switch (event.what) {
    case 'sent': {
      const copy = event.sameAs === event.n ? '' : `, the same as ${event.sameAs}`;
      const who = { good: '', live: ' (a look)', bad: ' (a mistake)', stranger: ' (a stranger)' }[event.kind];
      return `webhook ${event.n}${who}: ${event.command} ${event.says} for ${contact}${copy}`;
    }
    case 'answered':
      return `webhook ${event.n} answered ${event.status} ${event.outcome ?? ''} after ${event.ms} ms${event.id ? `, as ${event.id}` : ''}`;
    case 'unanswered':
      return `webhook ${event.n} not answered after ${event.ms} ms: ${event.why}`;
    case 'changed':
      return `somebody makes ${contact} v${event.version} in the CRM`;
    case 'wrote':
      return `Latchkey writes ${event.field} of ${contact}: ${shown(event.field, event.was)} becomes ${shown(event.field, event.value)}`;
    case 'asked':
      return `a request to ${event.site}'s CRM, answered ${event.status}${event.retryAfterMs ? `: not again for ${event.retryAfterMs} ms` : ''}`;
    case 'delivered':
      return `the plugin does webhook ${event.seq} for ${contact}${event.answerLost ? ', and its answer is lost' : ''}`;
    case 'clock':
      return `clocks of ${event.function} are ${event.aheadMs} ms ahead from here on`;
    case 'disturbed':
      return `${event.function}, ${event.service}${event.about ? ` (${event.about})` : ''}: ${event.does}`;
    case 'told':
      return `the site is told ${event.type} of ${contact}, event ${event.id}`;
    case 'kept':
      return `in the end ${event.id}, ${event.command} ${event.says} for ${contact}, is ${event.state}: ${event.reason}`;
    case 'flag':
      return `in the end the flag of ${contact} is at ${event.requested}, synced ${event.synced}`;
    case 'copy':
      return `in the end the copy of ${contact} is v${event.version}${event.hasAccount ? ', with an account' : ''}`;
    case 'value':
      return `in the end ${event.field} of ${contact} is "${event.value}" (before: "${event.first}")`;
    case 'logged-in':
      return `${contact} logs in with the password of its contact: ${event.status}`;
    case 'visited':
      return `${contact} visited at ${seconds(event.cameAt).trim()}: ${event.status}, told v${event.version}${event.isStale ? ', which may be old' : ''}`;
    case 'team':
      return `the team of ${event.site}/${event.leader} has ${event.seats} seats, ${event.used} in use${event.people === undefined ? '' : ` by ${event.people} people`}`;
    case 'secret':
      return `secret: ${event.name}`;
    case 'said':
      return `${event.where} says: ${event.text.slice(0, SHOWN)}`;
    case 'trace':
      return `something of webhook ${event.n} is in ${event.where}`;
    case 'logged':
      return `the log says: refused ${event.status}, ${event.reason}`;
  }
}

/** Passwords are shown as whether there is one. */
const shown = (field: string, value: string): string =>
  field === 'password' ? (value === '' ? 'nothing' : 'a password') : `"${value}"`;
