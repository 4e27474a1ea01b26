import { configHash } from '../../lib/config-hash.ts';
import { type ChecksOf, ok, trouble } from './check.ts';

/** Whether the config's file says what is deployed. */
export const checksOf: ChecksOf = ({ place: { stage, outputs }, isLocal, config }) => [
  {
    name: 'config',
    run: async () =>
      outputs.ConfigHash === configHash(config)
        ? ok('is what is deployed')
        : trouble(
            'was changed since it was deployed',
            isLocal ? 'Start npm start again.' : `npx cdk deploy -c stage=${stage}`,
          ),
  },
];
