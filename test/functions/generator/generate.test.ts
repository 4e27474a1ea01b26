import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { postedCommands } from '../../../functions/commands/catalogue.ts';
import type { Definition } from '../../../functions/commands/definition.ts';
import { crms } from '../../../functions/crm/crms.ts';
import { complaintsAbout, generate } from '../../../functions/generator/generate.ts';
import { offeredTo } from '../../../functions/generator/offered.ts';
import { configSchema, type Site } from '../../../functions/platform/config.ts';
import { readAddress } from '../../../functions/webhooks/address.ts';
import { readBody } from '../../../functions/webhooks/body.ts';
import { findContactIds } from '../../../functions/webhooks/contact-ids.ts';
import { readParameters } from '../../../functions/webhooks/read-parameters.ts';
import { readSentContact } from '../../../functions/webhooks/sent-contact.ts';
import { valuesOf } from '../../../functions/webhooks/values.ts';
import { httpEvent } from '../../support/http-event.ts';

const baseUrl = 'https://hooks.example.com';

const siteWith = (crm: object): Site => {
  const { sites } = configSchema.parse({ sites: [{ id: 'school', handshakes: ['0'.repeat(64)], crm }] });
  return sites[0] as Site;
};
const site = siteWith({ kind: 'activecampaign' });

const commandNamed = (name: string): Definition => {
  const found = postedCommands.find((each) => each.name === name);
  if (!found) throw new Error(`no command ${name}`);
  return found;
};

/** The request of somebody who posts this. */
function eventOf(address: string, body = ''): APIGatewayProxyEventV2 {
  const { pathname: path, search } = new URL(address);
  return httpEvent({ path, query: search.slice(1), body }) as APIGatewayProxyEventV2;
}

/** Good for every parameter that a command has to have. */
const PARAMETERS = {
  teamId: 'crew',
  change: '+5',
  opId: 'tell',
  operationId: 'points:2',
  promoId: 'welcome',
  productId: 'club',
  leaderId: '7',
};

describe.each(postedCommands.map((command) => [command.name, command] as const))('%s', (name, command) => {
  test('is understood by receive as it was generated', () => {
    const { url } = generate({ site, baseUrl, command, parameters: PARAMETERS, handshake: 'a&b=c d' });
    const { definition, handshake, query } = readAddress(eventOf(url));
    expect([definition.name, handshake]).toEqual([name, 'a&b=c d']);

    const values = valuesOf(query, { form: new URLSearchParams() });
    const read = readParameters(command, values.anywhere);
    expect(read.complaints).toEqual([]);
    expect(read.open).toEqual(
      readParameters(command, (each) => PARAMETERS[each as keyof typeof PARAMETERS]).open,
    );
  });
});

test('an incomplete webhook is complained about, parameter by parameter', () => {
  const command = commandNamed('aal_updateteam');
  expect(complaintsAbout({ command, parameters: { teamId: ' ', change: '0' } })).toEqual([
    { at: 'teamId', problem: 'is required' },
    { at: 'change', problem: 'must not be 0: that changes nothing' },
  ]);
  expect(complaintsAbout({ command, parameters: { teamId: 'crew', change: '-2' } })).toEqual([]);
});

test('a secret parameter gets into no URL, though somebody types it in; a step says where it goes', () => {
  const command = commandNamed('mbr_genpass');
  const parameters = { default_pass: 'CanarySecret', tid: '12', __proto__: 'x', other: 'x' };
  const made = generate({ site, baseUrl, command, parameters });
  expect(made.url).toBe(`${baseUrl}/?mbr_genpass=HANDSHAKE&tid=12`);
  expect(JSON.stringify(made)).not.toContain('Canary');
  expect(made.steps.join('\n')).toContain('default_pass');
});

test('only where the handshake is not known, a step says that it has to be put in', () => {
  const command = commandNamed('aal_updateuser');
  const first = (handshake?: string) =>
    generate({ site, baseUrl, command, parameters: {}, ...(handshake && { handshake }) }).steps[0];
  expect(first()).toContain('in place of HANDSHAKE');
  expect(first('known')).not.toContain('HANDSHAKE');
});

describe.each(crms.map(({ kind }) => [kind]))('a site with %s', (kind) => {
  const made = generate({
    site: siteWith({ kind }),
    baseUrl,
    command: commandNamed('aal_updateuser'),
    parameters: {},
  });

  test('is told what to do, step by step', () => {
    expect(made.steps.length).toBeGreaterThanOrEqual(4);
    for (const step of made.steps) expect(step).toMatch(/^[A-Z].*[^ ]$/);
  });

  test('is told of a body only where the CRM does not name the contact by itself', () => {
    expect(made.body !== undefined).toBe(['keap', 'ontraport', 'managed'].includes(kind));
    expect(made.contentType !== undefined).toBe(made.body !== undefined);
  });
});

test.each([
  ['keap', '~Contact.Id~'],
  ['ontraport', '[Contact ID]'],
])(
  'the body for %s names the contact as receive looks for it, once its merge field is replaced',
  async (kind, field) => {
    const { body = '' } = generate({
      site: siteWith({ kind }),
      baseUrl,
      command: commandNamed('aal_genpass'),
      parameters: {},
    });
    expect(body).toContain(field);
    const sent = await readBody(eventOf(baseUrl, body.replace(field, '4711')));
    expect(findContactIds(valuesOf(new URLSearchParams(), sent), sent, []).ids).toEqual(['4711']);
  },
);

test('the body of managed contacts has the names that the site has chosen, and no password', async () => {
  const managed = siteWith({
    kind: 'managed',
    passwordField: 'pw',
    keys: { email: 'customer.mail', lastName: 'customer.name', fields: { plan: 'Plan Name', pw: 'secret' } },
  });
  if (managed.crm.kind !== 'managed') throw new Error('not managed');
  const command = commandNamed('aal_genpass');
  const { body = '', contentType } = generate({ site: managed, baseUrl, command, parameters: {} });
  expect(contentType).toBe('application/json');
  expect(body).not.toContain('secret');
  const sent = await readBody(eventOf(baseUrl, body.replace('E-mail address', 'ada@example.com')));
  expect(readSentContact(sent, managed.crm)).toEqual({
    complaints: [],
    contact: {
      email: 'ada@example.com',
      firstName: 'First name',
      lastName: 'Last name',
      phone: 'Phone number',
      tags: ['Tags', 'separated by commas'],
      fields: { plan: 'Value of plan' },
    },
  });
});

describe('a site that relays', () => {
  const relaying = (crm: object, relay: object = {}): Site => {
    const target = { relay: { url: 'https://school.example.com/', ...relay } };
    return configSchema.parse({ sites: [{ id: 'school', handshakes: ['0'.repeat(64)], crm, target }] })
      .sites[0] as Site;
  };
  const fusion = relaying({ kind: 'activecampaign' }, { secretIn: { query: 'access_key' } });
  const generated = (name: string, more: object = {}) => {
    const command = offeredTo(fusion).find((each) => each.name === name);
    if (!command) throw new Error(`${name} is not offered`);
    return generate({ site: fusion, baseUrl, command, parameters: {}, handshake: 'a&b', ...more });
  };
  const namesOf = (of: Site) => offeredTo(of).map(({ name }) => name);

  test('is offered what its plugin knows, what it takes besides, and its events', () => {
    expect(namesOf(fusion)).toEqual(
      expect.arrayContaining(['aal_updateuser', 'mbr_genpass', 'pass_through', 'crm_event']),
    );
    expect(namesOf(fusion)).not.toContain('team_join');
    expect(namesOf(site)).toEqual(postedCommands.map(({ name }) => name));
  });

  test('is offered no more than the catalogue where nothing says how its plugin takes the secret, or no event is read', () => {
    expect(namesOf(relaying({ kind: 'activecampaign' }))).not.toContain('pass_through');
    const ofOntraport = namesOf(relaying({ kind: 'ontraport' }, { secretIn: { path: 'end' } }));
    expect(ofOntraport).toContain('pass_through');
    expect(ofOntraport).not.toContain('crm_event');
  });

  test.each([
    [
      'pass_through',
      { parameters: { wpf_action: 'update' }, path: '/x/y' },
      '/relay/a%26b/x/y?wpf_action=update',
    ],
    ['pass_through', {}, '/relay/a%26b'],
    ['crm_event', {}, '/events/activecampaign/a%26b'],
    ['mbr_genpass', { parameters: { tid: '5' } }, '/mbr/user/create/a%26b?tid=5'],
    ['aal_updateuser', {}, '/?aal_updateuser=a%26b'],
  ])('%s with %j is understood by receive as it was generated', (name, more, url) => {
    const made = generated(name, more);
    expect(made.url).toBe(baseUrl + url);
    const { definition, handshake } = readAddress(eventOf(made.url));
    expect([definition.name, handshake]).toEqual([name, 'a&b']);
    for (const step of made.steps) expect(step).toMatch(/^[A-Z].*[^ ]$/);
  });
});
