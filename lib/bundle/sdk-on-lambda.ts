import type { Plugin } from 'esbuild';

/** What stands in for files of the AWS SDK that do nothing on Lambda, or nothing that a function here asks for. */
const INSTEAD: Readonly<Record<string, string>> = {
  // No command that is used here streams events. Its dynamic import keeps whatever it leads to from being shaken.
  '@smithy/core/dist-es/submodules/event-streams/index.js': `export function EventStreamSerde() {
    throw new Error('event streams are left out of the bundles: see sdk-on-lambda.ts');
  }`,
  // Lambda has neither ~/.aws/config nor ~/.aws/credentials: whatever is set is in the environment.
  '@smithy/core/dist-es/submodules/config/shared-ini-file-loader/loadSharedConfigFiles.js': `
    export const CONFIG_PREFIX_SEPARATOR = '.';
    export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`,
  // DynamoDB's client makes one and never asks it: none of its commands discovers endpoints.
  '@aws-sdk/endpoint-cache/dist-es/EndpointCache.js': 'export class EndpointCache {}',
};

/** Leaves out of the AWS SDK what only costs time at every cold start: reading it, and looking for files. */
export const sdkOnLambda: Plugin = {
  name: 'sdk-on-lambda',
  setup(build) {
    const filter = /[\\/]node_modules[\\/]@(smithy[\\/]core|aws-sdk[\\/]endpoint-cache)[\\/]dist-es[\\/]/;
    build.onLoad({ filter }, ({ path }) => {
      const file = path.replaceAll('\\', '/').split('/node_modules/').at(-1) ?? '';
      const contents = INSTEAD[file];
      return contents === undefined ? undefined : { contents, loader: 'js' };
    });
  },
};
