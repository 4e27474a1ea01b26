import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { Config } from '../functions/platform/config.ts';
import type { Bundles } from './bundle/bundle.ts';
import { ConfigError } from './config.ts';
import { refuseDemoSecrets } from './demo-secrets.ts';
import { LatchkeyStack } from './latchkey-stack.ts';
import { LOCAL_STAGE } from './stages.ts';

/** The stage becomes part of names, of which a function's is the shortest: 64 characters. */
const STAGE = /^[a-z][a-z0-9-]{0,31}$/;

export interface AppOptions {
  readonly config: Config;
  /** `production` keeps its data when the stack is deleted; every other stage is thrown away whole. */
  readonly stage: string;
  /** What the functions run; `none` synthesizes faster where only the template counts. */
  readonly bundles: Bundles | 'none';
  /** Where the cloud assembly goes; default: where the `cdk` command wants it, else a temporary directory. */
  readonly outdir?: string;
  /**
   * Check the template against CloudFormation's own rules, which takes most of the time of a synthesis;
   * default: for every stage that can be deployed.
   */
  readonly validate?: boolean;
}

/**
 * Makes the CDK app; `synth()` on it writes the cloud assembly.
 *
 * @throws ConfigError when the stage's name cannot be used, or when the config has the demo handshakes and the
 *   stage is not the local one
 */
export function buildApp({ config, stage, bundles, outdir, validate }: AppOptions): App {
  if (!STAGE.test(stage)) {
    throw new ConfigError(
      `The stage "${stage}" must be 1 to 32 of a-z, 0-9 and "-", and begin with a letter.`,
    );
  }
  if (stage !== LOCAL_STAGE) refuseDemoSecrets(config);
  const app = new App({
    // The caller synthesizes, and sees what goes wrong.
    autoSynth: false,
    context: readFeatureFlags(),
    // The template then holds what is deployed and nothing else.
    analyticsReporting: false,
    builtinCloudFormationValidation: validate ?? stage !== LOCAL_STAGE,
    ...(outdir && { outdir }),
  });
  new LatchkeyStack(app, `latchkey-${stage}`, {
    description: `Latchkey, stage ${stage}: receives CRM webhooks and applies them`,
    config,
    stage,
    bundles,
    terminationProtection: stage === 'production',
  });
  return app;
}

/** The `cdk` command reads cdk.json by itself; tests and the local cloud must get the same template. */
function readFeatureFlags(): Record<string, unknown> {
  const file = resolve(import.meta.dirname, '../cdk.json');
  return JSON.parse(readFileSync(file, 'utf8')).context;
}
