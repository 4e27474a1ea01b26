import type { Plugin } from 'esbuild';

/** What stands in for files: what their own packages take for browsers, where there is nothing but `fetch` either. */
const INSTEAD: Readonly<Record<string, string>> = {
  'axios/lib/adapters/http.js': `export { default } from '../helpers/null.js';`,
  'axios/lib/platform/node/index.js': `export { default } from '../browser/index.js';`,
  'axios/lib/platform/node/classes/FormData.js': `export { default } from '../../browser/classes/FormData.js';`,
  'axios/lib/platform/node/classes/Buffer.js': `export { default } from '../../../helpers/null.js';`,
  'form-data/lib/form_data.js': 'module.exports = globalThis.FormData;',
  '@apimatic/proxy/lib/proxyAgent.js': `module.exports = require('./proxyAgentBrowser.js');`,
  '@apimatic/convert-to-stream/lib/convertToStream.js': `module.exports = require('./convertToBlob.js');`,
};

/**
 * Leaves out of axios, which PayPal's SDK sends by, all that is not sending by `fetch`.
 *
 * The rest are CommonJS modules that `require` Node's own, which an ES module cannot: the bundle would fail with
 * "Dynamic require of "util" is not supported". A banner that defines `require` would cure that too, but ship the
 * rest, a list of all media types foremost, for an adapter that nothing uses.
 */
export const axiosByFetch: Plugin = {
  name: 'axios-by-fetch',
  setup(build) {
    const filter =
      /[\\/]node_modules[\\/](axios|form-data|@apimatic[\\/](proxy|convert-to-stream))[\\/]lib[\\/]/;
    build.onLoad({ filter }, ({ path }) => {
      const file = path.replaceAll('\\', '/').split('/node_modules/').at(-1) ?? '';
      const contents = INSTEAD[file];
      return contents === undefined ? undefined : { contents, loader: 'js' };
    });
  },
};
