import { TestEnvironment } from 'jest-environment-node';

/** The fault that a test has found; all test files of this process share it. */
let found;

const fault = () => process.env.__STRYKER_ACTIVE_MUTANT__;

/** Whether a test has found the fault that is tried just now: there is nothing more to learn then. */
export const isFound = () => fault() !== undefined && fault() === found;

/**
 * Jest's environment for Node, which runs no further test once one has found the fault: Stryker asks for no more, and
 * Jest by itself goes on to the end.
 */
export default class UntilRedEnvironment extends TestEnvironment {
  /** Sees each step of jest-circus before it is taken. */
  async handleTestEvent(event) {
    if (event.name === 'test_fn_failure') found = fault();
    if (!isFound()) return;
    if (event.name === 'run_describe_start') event.describeBlock.mode = 'skip';
    // One that a hook has failed already says so.
    if (event.name === 'test_start' && event.test.errors.length === 0) event.test.mode = 'skip';
  }
}
