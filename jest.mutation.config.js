// The tests of one area, against a template that was synthesized before: what Stryker runs for each fault. `npm run
// mutation` says which; see test/mutation/run.ts.
import jest from './jest.config.js';

const { globalSetup, globalTeardown, ...rest } = jest;
const folder = `${import.meta.dirname}/test/mutation`;

export default {
  ...rest,
  testEnvironment: `${folder}/until-red-environment.js`,
  testRunner: `${folder}/jest-circus-until-red.js`,
  testSequencer: `${folder}/in-order-sequencer.js`,
  testMatch: (process.env.MUTATION_TESTS ?? '').split(' ').map((file) => `<rootDir>/${file}`),
  moduleNameMapper: { ...rest.moduleNameMapper, '(^|/)aws\\.ts$': `${folder}/patient-aws.ts` },
};
