import { builtinModules as names } from 'node:module';
import type { Plugin } from 'esbuild';

/** What loads undici when all of its names are read. Packages import it whole, and then none of them is dropped. */
const NEVER_ALL_OF = new Set(['http', 'https']);

/**
 * Takes Node's own modules from `process.getBuiltinModule` instead of importing them.
 *
 * An ES import of one reads all of its exports, and with them what Node loads lazily: `node:http` loads undici that
 * way, by far the dearest (nodejs/node#57649), `node:fs` its promises and streams, `node:crypto` Web Crypto. Here only
 * what is used is read: of a static import the names that survive tree shaking, of any other, by the CommonJS shape,
 * each when it is used. The AWS SDK has both.
 */
export const builtinModules: Plugin = {
  name: 'builtin-modules',
  setup(build) {
    const known = new Set(names);
    build.onResolve({ filter: /^(node:)?[\w/]+$/ }, ({ path, kind }) => {
      const name = path.replace('node:', '');
      if (!known.has(name)) return undefined;
      const isByName = kind === 'import-statement' && !NEVER_ALL_OF.has(name);
      const namespace = isByName ? 'builtin-names' : 'builtin-modules';
      return { path: `node:${name}`, namespace, sideEffects: false };
    });
    build.onLoad({ filter: /.*/, namespace: 'builtin-modules' }, ({ path }) => ({
      contents: `module.exports = ${take(path)};`,
      loader: 'js',
    }));
    build.onLoad({ filter: /.*/, namespace: 'builtin-names' }, async ({ path }) => ({
      contents: await namesOf(path),
      loader: 'js',
    }));
  },
};

const take = (path: string): string => `process.getBuiltinModule(${JSON.stringify(path)})`;

/** An ES module whose names esbuild drops where they are not used: to read one is a call that is said to be pure. */
async function namesOf(path: string): Promise<string> {
  const { default: _, ...exported } = await import(path);
  const readable = Object.keys(exported).filter((name) => /^\w+$/.test(name)); // not 'module.exports'
  return [
    `const $module = /* @__PURE__ */ ${take(path)};`,
    'export default $module;',
    ...readable.map((name) => `export const ${name} = /* @__PURE__ */ (() => $module.${name})();`),
  ].join('\n');
}
