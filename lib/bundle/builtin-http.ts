import type { Plugin } from 'esbuild';

/**
 * Takes http and https from `process.getBuiltinModule` instead of importing them.
 *
 * An ES import of `node:http` reads all of its exports, which runs lazy getters and loads undici: about 50 ms
 * of every cold start (nodejs/node#57649). The CommonJS shape makes esbuild read the exports when they are
 * used. Static and dynamic imports count alike, because the AWS SDK has both.
 */
export const builtinHttp: Plugin = {
  name: 'builtin-http',
  setup(build) {
    build.onResolve({ filter: /^(node:)?https?$/ }, ({ path }) => ({
      path: `node:${path.replace('node:', '')}`,
      namespace: 'builtin-http',
      sideEffects: false,
    }));
    build.onLoad({ filter: /.*/, namespace: 'builtin-http' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
      loader: 'js',
    }));
  },
};
