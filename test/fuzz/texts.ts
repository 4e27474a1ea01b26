import fc from 'fast-check';

/**
 * Private texts that requests carry: none of them may be found in an answer or a log line. Neither can be a contact's
 * id, which is logged.
 */
export const PRIVATE = {
  email: 'canary-4e1b@fuzz.example',
  password: 'canary/pass!93d07f1c',
};

const halfAPair = fc.integer({ min: 0xd800, max: 0xdfff }).map((unit) => String.fromCharCode(unit));

/** Any text: mostly short, of any characters, half surrogate pairs among them. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  fc.string({ unit: fc.oneof(fc.string({ minLength: 1, maxLength: 1 }), halfAPair), maxLength: 20 }),
  fc.constantFrom(
    '',
    ' ',
    '\n',
    '\0',
    '\uFEFF',
    '\u2028',
    '%',
    '%zz',
    '%u0041',
    '%00',
    '%25',
    '%ff%fe',
    '\r\nx: y',
  ),
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'null', 'undefined'),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x>',
    "' OR 1=1 --",
    '{{7*7}}',
    '../../etc/passwd',
    '👩‍👩‍👧‍👦',
  ),
);

const POLLUTING = [
  ...['__proto__', '__proto__[polluted]', '__proto__.polluted', '__proto__[__proto__][polluted]'],
  ...[
    'constructor',
    'constructor[prototype][polluted]',
    'constructor.prototype.polluted',
    'prototype[polluted]',
  ],
  ...[
    'contact[__proto__][id]',
    'contact[constructor][prototype][polluted]',
    'toString',
    'hasOwnProperty',
    'length',
  ],
];

/** Names of the contact's id, and what looks like one. */
const OF_THE_CONTACT = [
  ...['contact[id]', 'contactId', 'contact_id', 'id', 'Id', 'lead_id', 'CONTACT[ID]', ' contact[id] '],
  ...['contact[id', 'contact[id]]', 'contact[[id]]', 'contact[id][0]', 'contact[]', 'contact', 'contact.id'],
  ...['subscriber.id', 'data.subscriber.id', 'object_keys[].id', 'contact%5Bid%5D', 'contact[id]\0'],
];

const KNOWN = [
  ...['teamId', 'change', 'opId', 'operationId', 'promoId', 'productId', 'tid', 'automation', 'autoregister'],
  ...['type', 'tag', 'tags', 'event_key', 'initiated_from', 'date_time', 'list', 'seriesid', 'contact[tags]'],
  ...['first_name', 'last_name', 'phone', 'Mobile', 'Plan Name', 'stats.points', 'person.family name'],
];

/** Names of what is private. */
const OF_SECRETS = ['default_pass', 'password', 'email', 'contact[email]', 'contact[fields][7]'];

/** A name in a form, a query or a JSON document. */
export const name: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...OF_THE_CONTACT) },
  { weight: 4, arbitrary: fc.constantFrom(...KNOWN) },
  { weight: 2, arbitrary: fc.constantFrom(...POLLUTING) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 1000 }).map((levels) => `contact${'[id]'.repeat(levels)}`),
  },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 9_000 }).map((length) => 'k'.repeat(length)) },
  { weight: 2, arbitrary: anyText },
);

const value: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -5, max: 999 }).map(String) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('7:8', '1,2,3', 'crew', 'club', 'welcome', 'ten-points', '+5', 'n', 'y'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('contact_tag_added', 'contact.edit', 'contactGroup.applied', 'update'),
  },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 3_000 }).map((count) => ','.repeat(count)) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 3_000 }).map((count) => '12,'.repeat(count)) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 20_000 }).map((length) => 'v'.repeat(length)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('.', '..', '0', '-0', '1e999', 'NaN', '9'.repeat(400), 'a@b', '@'),
  },
  { weight: 3, arbitrary: anyText },
);

const secret = fc.tuple(
  fc.constantFrom(...OF_SECRETS),
  fc.constantFrom(PRIVATE.email, PRIVATE.password, `${PRIVATE.password}\n`),
);

/** A name and its value; what is private stands under names of what is private. */
export const pair: fc.Arbitrary<[string, string]> = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(name, value) },
  { weight: 1, arbitrary: secret },
  // Most are to get past the search for a contact.
  { weight: 2, arbitrary: fc.tuple(fc.constant('contact[id]'), fc.integer({ min: 1, max: 99 }).map(String)) },
);
