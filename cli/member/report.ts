import type { KnownMember } from './known-member.ts';

/** What is known of a contact, for people. What is empty is left out. */
export function report(member: KnownMember): string {
  const { site, contactId, state, firstName, lastName, email, phone } = member;
  return [
    `Contact ${contactId} of ${site}: ${state}\n`,
    table({
      name: `${firstName} ${lastName}`.trim(),
      'e-mail': email,
      phone,
      tags: member.tags.join(', '),
      access: member.access.join(', '),
      account: accountOf(member),
      flag: flagOf(member),
      'last pull': member.pulledAt ?? 'never',
      'gone since': member.goneAt,
      'merged into': member.mergedInto,
    }),
    section('Fields', table(member.fields)),
    section('Subscriptions', table(mapValues(member.subscriptions, subscriptionOf))),
    section('Teams', table(Object.fromEntries(member.teams.map((team) => [team.teamId, teamOf(team)])))),
    section('Last webhooks', member.webhooks.map(webhookOf).join('')),
  ].join('');
}

const accountOf = ({ account }: KnownMember): string =>
  account ? `since ${account.createdAt}, password ${account.passwordFrom}` : 'none';

const flagOf = ({ flag }: KnownMember): string =>
  flag.isUp ? `up${flag.since ? ` since ${flag.since}` : ''}: the next visit pulls it` : 'down';

const subscriptionOf = ({ state, paidUntil, endsAt }: KnownMember['subscriptions'][string]): string =>
  [state, paidUntil && `paid until ${paidUntil}`, endsAt && `ends ${endsAt}`].filter(Boolean).join(', ');

const teamOf = ({ role, since, leader, seats, used }: KnownMember['teams'][number]): string =>
  `${role} since ${since}${role === 'leader' ? '' : `, led by ${leader}`}, ${used} of ${seats} seats taken`;

const webhookOf = ({ id, receivedAt, command, state, reason }: KnownMember['webhooks'][number]): string =>
  `  ${receivedAt}  ${id}  ${command}  ${state}${reason === undefined ? '' : `: ${reason}`}\n`;

const section = (heading: string, lines: string): string => (lines ? `${heading}\n${lines}` : '');

function table(rows: Record<string, string | undefined>): string {
  const told = Object.entries(rows).filter(([, value]) => value);
  const width = Math.max(0, ...told.map(([name]) => name.length));
  return told.map(([name, value]) => `  ${name.padEnd(width)}  ${value}\n`).join('');
}

const mapValues = <Value>(
  values: Record<string, Value>,
  toText: (value: Value) => string,
): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toText(value)]));
