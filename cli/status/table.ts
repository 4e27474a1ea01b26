import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { dynamo } from '../../functions/platform/aws.ts';
import { type ChecksOf, ok, trouble } from './check.ts';

/** The table. */
export const checksOf: ChecksOf = ({ place: { outputs } }) => [
  {
    name: 'table',
    run: async (abortSignal) => {
      const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: outputs.TableName }), {
        abortSignal,
      });
      const indexes = Table?.GlobalSecondaryIndexes ?? [];
      const building = indexes.filter(({ IndexStatus }) => IndexStatus !== 'ACTIVE');
      if (Table?.TableStatus !== 'ACTIVE' || building.length > 0) {
        const names = building.map(({ IndexName }) => IndexName).join(', ');
        return trouble(
          `is ${Table?.TableStatus}${names && `; not ready: ${names}`}`,
          'Wait until it is ACTIVE: after a deployment it and its indexes may take minutes.',
        );
      }
      return ok(`is there, with ${indexes.length} indexes`);
    },
  },
];
