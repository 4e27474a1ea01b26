// The tests that need a Chromium, which not every machine has: `npm run test:browser`.
import jest from './jest.config.js';

export default {
  ...jest,
  roots: ['<rootDir>/test/browser'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 60_000,
  maxWorkers: 1,
};
