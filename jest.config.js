// ES modules throughout: middy 7 ships nothing else, and the bundles under test are modules too.
// See docs/decisions/0004-jest-with-es-modules.md.
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
  moduleNameMapper: { '^#sites$': '<rootDir>/test/support/sites.ts' },
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/browser/'], // jest.browser.config.js
  testTimeout: 90_000,
  maxWorkers: 2, // most tests wait for processes of their own, so two at once pay even on two cores
};
