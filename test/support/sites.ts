import { checkConfig } from '../../lib/config.ts';
import testConfig from './latchkey.config.ts';

/** The module `#sites`, for tests that import modules of functions/ as they are instead of a bundle. */
export default checkConfig(testConfig, 'the test config').sites;
