import { App } from 'aws-cdk-lib';
import { buildApp } from '../lib/app.ts';
import { bundleFunctions } from '../lib/bundle/bundle.ts';
import { ConfigError, loadConfig } from '../lib/config.ts';
import { DEFAULT_STAGE } from '../lib/stages.ts';

// The `cdk` command hands over `-c stage=…` in the environment, where any App finds it.
const { node } = new App({ autoSynth: false });
const stage = String(node.tryGetContext('stage') ?? DEFAULT_STAGE);

try {
  const config = await loadConfig();
  const bundles = await bundleFunctions({ sites: config.sites });
  buildApp({ config, stage, bundles }).synth();
} catch (error) {
  // What the operator can put right is one clear message; anything else is a fault of ours, with its stack.
  console.error(error instanceof ConfigError ? error.message : error);
  process.exitCode = 1;
}
