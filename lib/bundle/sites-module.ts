import type { Plugin } from 'esbuild';
import type { Site } from '../../functions/platform/config.ts';

/**
 * Fills the module `#sites` with the checked sites.
 *
 * They travel in the bundle and not in the environment, because Lambda allows 4 KB for all variables of a
 * function and an installation may have hundreds of sites.
 */
export const sitesModule = (sites: readonly Site[]): Plugin => ({
  name: 'sites-module',
  setup(build) {
    build.onResolve({ filter: /^#sites$/ }, ({ path }) => ({ path, namespace: 'sites' }));
    build.onLoad({ filter: /.*/, namespace: 'sites' }, () => ({
      contents: JSON.stringify(sites),
      loader: 'json',
    }));
  },
});
