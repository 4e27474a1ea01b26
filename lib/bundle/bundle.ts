import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { build, type LogLevel, type Metafile, type Plugin } from 'esbuild';
import type { Site } from '../../functions/platform/config.ts';
import { axiosByFetch } from './axios-by-fetch.ts';
import { builtinModules } from './builtin-modules.ts';
import { sdkOnLambda } from './sdk-on-lambda.ts';
import { sitesModule } from './sites-module.ts';

const REPOSITORY_ROOT = resolve(import.meta.dirname, '../..');

/** One function, ready to be shipped. */
export interface Bundle {
  /** Absolute path of a directory that holds `index.mjs` and nothing else. */
  readonly directory: string;
  /** Absolute path of the source map. It stays here: unzipping and parsing it would lengthen every cold start. */
  readonly sourceMap: string;
  /** esbuild's account of what went in: `metafile.outputs` names the inputs and their bytes. */
  readonly metafile: Metafile;
}

/** The functions by name: the name of `functions/receive.ts` is `receive`. */
export type Bundles = Readonly<Record<string, Bundle>>;

export interface BundleOptions {
  /** The checked sites, which become the module `#sites`. */
  readonly sites: readonly Site[];
  /** Where the bundles go; default: `cdk.out/bundles`. */
  readonly outdir?: string;
  /** Where the functions are; default: `functions`. Each file on its top level is one Lambda. */
  readonly functions?: string;
  /** What esbuild prints by itself; default: warnings and errors. */
  readonly logLevel?: LogLevel;
  /** Asked before those that every bundle has. */
  readonly plugins?: readonly Plugin[];
}

/**
 * Bundles every function as it runs in Lambda: one minified ES module that holds its dependencies, the AWS
 * SDK included (the SDK that the runtime brings is older, and slower to load).
 *
 * @throws when a function does not build; esbuild has then printed where and why
 */
export async function bundleFunctions(options: BundleOptions): Promise<Bundles> {
  const outdir = resolve(options.outdir ?? join(REPOSITORY_ROOT, 'cdk.out/bundles'));
  const entries = await findFunctions(options.functions ?? join(REPOSITORY_ROOT, 'functions'));
  // A build of its own for each function keeps the metafiles apart.
  const bundles = entries.map(async (entry) => {
    const name = basename(entry, '.ts');
    return [name, await bundleFunction(entry, join(outdir, name), options)] as const;
  });
  return Object.fromEntries(await Promise.all(bundles));
}

async function findFunctions(directory: string): Promise<string[]> {
  const files = await readdir(directory, { withFileTypes: true });
  return files
    .filter((file) => file.isFile() && file.name.endsWith('.ts') && !file.name.endsWith('.d.ts'))
    .map((file) => join(directory, file.name))
    .sort();
}

/**
 * Bundles one function.
 * @param entry path of its file
 * @param directory where its bundle goes
 */
export async function bundleFunction(
  entry: string,
  directory: string,
  { sites, logLevel = 'warning', plugins = [] }: Pick<BundleOptions, 'sites' | 'logLevel' | 'plugins'>,
): Promise<Bundle> {
  const result = await build({
    entryPoints: { index: entry },
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    absWorkingDir: REPOSITORY_ROOT,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // "module" before "main": ES modules are what esbuild can shake.
    mainFields: ['module', 'main'],
    minify: true,
    sourcemap: 'external',
    metafile: true,
    write: false,
    legalComments: 'none',
    logLevel,
    plugins: [...plugins, sitesModule(sites), builtinModules, sdkOnLambda, axiosByFetch],
    alias: {
      '@aws-sdk/credential-provider-node': join(import.meta.dirname, 'environment-credentials.ts'),
    },
  });
  const sourceMap = `${directory}.mjs.map`;
  await mkdir(directory, { recursive: true });
  await Promise.all(
    result.outputFiles.map((file) =>
      writeFile(file.path.endsWith('.map') ? sourceMap : file.path, file.contents),
    ),
  );
  return { directory, sourceMap, metafile: result.metafile };
}
