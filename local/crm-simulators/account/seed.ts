import type { Account } from './account.ts';

/** The ids under which an account has the custom fields of simulated accounts, as its CRM writes ids. */
export type SeededFields = {
  points: string;
  plan: string;
  password: string;
  lastLesson?: string;
  coupon?: string;
};

const TAGS = [
  { id: '1', name: 'Customer' },
  { id: '2', name: 'Newsletter' },
  { id: '4', name: 'Webinar: Getting started' },
  { id: '6', name: 'Plan: Basic' },
  { id: '8', name: 'Plan: Premium' },
  { id: '9', name: 'Account ready' },
  { id: '12', name: 'Course: Foundations' },
  { id: '20', name: 'Cohort 2026' },
  { id: '30', name: 'Team leader' },
  { id: '31', name: 'Team member' },
  { id: '32', name: 'Former team member' },
  { id: '33', name: 'Team news' },
  { id: '34', name: 'Club member' },
  { id: '35', name: 'Former club member' },
  { id: '36', name: 'Payment failed' },
  { id: '21', name: '[KRC] Registered for Challenge' },
];

const FIRST_NAMES =
  'Ada Ben Chloe David Elena Farid Grace Hugo Ines Jonas Kira Liam Mina Noah Olga Paul'.split(' ');
const LAST_NAMES = 'Adler Brandt Costa Dubois Evans Fischer Garcia Haas Ito Jansen Keller Lopez Moreau'.split(
  ' ',
);

/** Gives a fresh account its fields and tags. */
export function seedDefinitions({ definitions }: Account, fields: SeededFields): void {
  definitions.addField({ id: fields.points, title: 'Points', type: 'text' });
  definitions.addField({ id: fields.plan, title: 'Plan', type: 'text' });
  definitions.addField({ id: fields.password, title: 'Password', type: 'text' });
  if (fields.lastLesson !== undefined)
    definitions.addField({ id: fields.lastLesson, title: 'Last lesson', type: 'date' });
  if (fields.coupon !== undefined) definitions.addField({ id: fields.coupon, title: 'Coupon', type: 'text' });
  for (const tag of TAGS) definitions.addTag(tag);
}

/**
 * Adds `count` contacts, the same ones every time: each follows from its number alone. None has a
 * password, and none has the tags "Account ready" and "Cohort 2026", which are there to be added.
 * Gives their ids.
 */
export function seedContacts(account: Account, fields: SeededFields, count: number): string[] {
  const first = account.contactsMade;
  return Array.from({ length: count }, (_, index) => {
    const number = first + index;
    const firstName = pick(FIRST_NAMES, number);
    const lastName = pick(LAST_NAMES, Math.floor(number / FIRST_NAMES.length) + number);
    const premium = number % 3 === 0;
    const contact = account.addContact(
      {
        email: `${firstName}.${lastName}.${number + 1}@example.com`.toLowerCase(),
        firstName,
        lastName,
        phone: `+1 555-01${String(number % 100).padStart(2, '0')}`, // 555-01xx is kept free for fiction
        fields: {
          [fields.points]: String((number * 37) % 500),
          [fields.plan]: premium ? 'premium' : 'basic',
        },
      },
      'import',
    );
    for (const name of [
      'Customer',
      premium ? 'Plan: Premium' : 'Plan: Basic',
      ...(number % 2 ? ['Newsletter'] : []),
    ]) {
      account.addTag(account.contact(contact.id) ?? contact, account.definitions.tagNamed(name), 'import');
    }
    return contact.id;
  });
}

const pick = (names: string[], index: number): string => names[index % names.length] ?? '';
