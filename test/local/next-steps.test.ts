import { expect, test } from '@jest/globals';
import demo from '../../latchkey.config.ts';
import { checkConfig } from '../../lib/config.ts';
import { nextSteps } from '../../local/next-steps.ts';
import type { Product } from '../../local/product.ts';

const URL = 'http://127.0.0.1:3000';
const at = (port: number) => new Map([['club', { url: `http://127.0.0.1:${port}` }]]);
const product = { cloud: { url: URL }, simulators: at(4000), plugins: at(5000) } as unknown as Product;

/** The site's part of what is said. */
const stepsOf = (site: string): string =>
  nextSteps(product, checkConfig(demo, 'the demo config'), 'logs')
    .split('\n\n')
    .find((paragraph) => paragraph.startsWith(`Site ${site},`)) ?? '';

test('a site that relays is told what its plugin gets, and nothing of members', () => {
  const steps = stepsOf('club');
  expect(steps).toContain('its plugin, simulated at http://127.0.0.1:5000\n');
  expect(steps).toContain(`'${URL}/?aal_updateuser=demo-club-0123456789abcdef'`);
  expect(steps).toContain(`'${URL}/relay/demo-club-0123456789abcdef?wpf_action=update'`);
  expect(steps).toContain('http://127.0.0.1:4000/automation');
  expect(steps).not.toMatch(/\/v1\/|webhooks install/);
});

test('other sites are told what to ask of their members', () => {
  expect(stepsOf('academy')).toContain(`${URL}/v1/members/1/activity`);
  expect(stepsOf('academy')).not.toContain('/relay/');
});
