// The wire tests on a second DynamoDB and SQS, moto: `npm run test:moto`. It takes far longer for a request
// than dynoxide, so these are the files that ask for most of what AWS can do, and few times.
// See docs/decisions/0036-a-second-back-end.md.
import jest from './jest.config.js';

/** Beneath test/functions. */
const FILES = [
  // The table alone: conditions, transactions, sparse indexes, pages.
  'store/pending',
  'store/pull-lease',
  'store/table',
  'relay/coalesce',
  // From the webhook to its end: FIFO groups, delays, visibility, dead letters.
  'duplicates',
  'fieldop',
  'genpass',
  'managed-contacts',
  'merged-contacts',
  'password-reset',
  'receive-addresses',
  'receive-bodies',
  'relay',
  'replay',
  'site-events',
  'teams/teams',
  'work',
  'payments/commands',
  'payments/looks',
  // The site API and the console.
  'serve-members/activity',
  'serve-members/login',
  'serve-members/teams',
  'console/serve-console',
  // With faults on the way, and with workers that are killed.
  'duplicates-durability',
  'genpass-crash',
  'receive-durability',
  'relay-durability',
  'site-events-crash',
  'sweep-recovery',
];

/**
 * What is not among them, and why:
 * - a hundred requests at once (events, hand-out, sync-batch, serve-members/teams-faults): moto takes one at a time, and
 *   the last of them is not answered in the 800 ms after which the SDK asks again;
 * - thousands in a row (store/flags, the models, payments/crash and events-fuzz, webhook-log): they would take hours;
 * - what is measured in time or in requests (relay/pass, relay-trouble, login-cost): so slow a table is beyond its bounds.
 */
export default {
  ...jest,
  testMatch: FILES.map((file) => `<rootDir>/test/functions/${file}.test.ts`),
  globalSetup: '<rootDir>/test/support/moto/global-setup.js',
  testTimeout: 2 * jest.testTimeout,
};
