import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Site } from '../../functions/platform/config.ts';
import { loadAssembly } from '../../local/assembly.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export const RECEIVER = join(ROOT, 'functions/receive.ts');

/** Without it, what of the SDK is CommonJS fails in an ES module: "Dynamic require of "node:https" is not supported". */
const REQUIRE =
  'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/**
 * Bundles the receiver as CDK's NodejsFunction does by default, by synthesizing one. What has to be said beside the
 * defaults: that it is an ES module, as middy and the top-level await of priming need, and where the sites are.
 * @param folder in which it works; what it leaves to the runtime is found there, in node_modules
 * @param bundleAwsSDK whether the AWS SDK goes into the bundle, instead of being the runtime's
 * @returns path of the bundle
 */
export async function bundleByCdk(
  folder: string,
  { sites, bundleAwsSDK }: { sites: readonly Site[]; bundleAwsSDK: boolean },
): Promise<string> {
  await mkdir(folder, { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const sitesFile = join(folder, 'sites.json');
  await writeFile(sitesFile, JSON.stringify(sites));
  const bundling: BundlingOptions = {
    format: OutputFormat.ESM,
    esbuildArgs: { '--alias:#sites': sitesFile },
    logLevel: LogLevel.ERROR,
    ...(bundleAwsSDK && { bundleAwsSDK, banner: REQUIRE }),
  };
  const app = new App({ outdir: join(folder, 'cdk.out') });
  const stack = new Stack(app, 'by-default');
  new NodejsFunction(stack, 'receive', {
    entry: RECEIVER,
    projectRoot: ROOT,
    depsLockFilePath: join(ROOT, 'package-lock.json'),
    runtime: Runtime.NODEJS_24_X,
    bundling,
  });
  const assembly = await loadAssembly(app.synth().directory);
  const [code] = assembly.ofType('AWS::Lambda::Function').map(({ properties }) => properties.Code);
  return join(assembly.assetFolder((code as { S3Key: string }).S3Key), 'index.mjs');
}
