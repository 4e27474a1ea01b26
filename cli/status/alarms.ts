import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { type ChecksOf, inAws, ok, trouble } from './check.ts';

/** The stage's alarms that ring. */
export const checksOf: ChecksOf = (subject) => [
  inAws(subject, {
    name: 'alarms',
    run: async (abortSignal) => {
      const client = new CloudWatchClient();
      const AlarmNamePrefix = `latchkey-${subject.place.stage}-`;
      const asked = client.send(new DescribeAlarmsCommand({ AlarmNamePrefix, StateValue: 'ALARM' }), {
        abortSignal,
      });
      const { MetricAlarms = [] } = await asked.finally(() => client.destroy());
      if (MetricAlarms.length === 0) return ok('none rings');
      const names = MetricAlarms.map(({ AlarmName = '' }) => AlarmName.slice(AlarmNamePrefix.length));
      return trouble(
        `${names.join(', ')} ${names.length === 1 ? 'rings' : 'ring'}`,
        "Each alarm's description says what to do.",
      );
    },
  }),
];
