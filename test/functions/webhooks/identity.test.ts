import { expect, test } from '@jest/globals';
import { definition as fieldop } from '../../../functions/commands/aal-fieldop.ts';
import { definition as genpass } from '../../../functions/commands/aal-genpass.ts';
import type { Site } from '../../../functions/platform/config.ts';
import { identityOf } from '../../../functions/webhooks/identity.ts';
import { checkConfig } from '../../../lib/config.ts';
import testConfig from '../../support/latchkey.config.ts';

const [academy, legacy] = checkConfig(testConfig, 'the test config').sites as [Site, Site];

const said = (query: string, body: string) => ({
  query: new URLSearchParams(query),
  body: Buffer.from(body),
});

test('what is in the query and what is in the body cannot be taken for each other', () => {
  const one = identityOf(fieldop, academy, said('a=1', 'b=2'));
  expect(one).toMatch(/^[0-9a-f]{32}$/);
  expect(identityOf(fieldop, academy, said('a=1b=2', ''))).not.toBe(one);
  expect(identityOf(fieldop, academy, said('', 'a=1b=2'))).not.toBe(one);
});

test('copies of one webhook that come by the old handshake and by the new one are identical', () => {
  const copy = (handshake: string) => said(`aal_fieldop=${handshake}&operationId=points`, 'contactId=1');
  const one = identityOf(fieldop, academy, copy('old'));
  expect(identityOf(fieldop, academy, copy('new'))).toBe(one);
  expect(identityOf(fieldop, academy, said('operationId=other', 'contactId=1'))).not.toBe(one);
  expect(identityOf({ ...fieldop, name: 'aal_teamops' }, academy, said('', ''))).not.toBe(
    identityOf(fieldop, academy, said('', '')),
  );
});

test('who knows all that was said, but not the hashes of the handshakes, cannot try what an identity is of', () => {
  const what = said('operationId=points', 'contactId=1&email=ada@example.com');
  const otherHandshakes = { ...academy, handshakes: legacy.handshakes };
  expect(identityOf(fieldop, otherHandshakes, what)).not.toBe(identityOf(fieldop, academy, what));
});

test('the query stays as it was for those who read it later', () => {
  const { query, body } = said('aal_fieldop=handshake&operationId=points', '');
  identityOf(fieldop, academy, { query, body });
  expect(query.get('aal_fieldop')).toBe('handshake');
});

test('a command that adds nothing has none, and neither has one whose window is 0', () => {
  const off = { ...academy, duplicateWindowSeconds: { aal_fieldop: 0 } };
  expect(identityOf(genpass, academy, said('', 'contactId=1'))).toBeUndefined();
  expect(identityOf(fieldop, off, said('', 'contactId=1'))).toBeUndefined();
});
