import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { sqs } from '../../functions/platform/aws.ts';
import { deadLettersIn, queuesIn } from '../outputs.ts';
import { type Check, type ChecksOf, ok, trouble } from './check.ts';

/** Each queue and what is in it. A dead letter is a job that was given up, so there should be none. */
export const checksOf: ChecksOf = ({ place: { outputs } }) => [
  ...[...queuesIn(outputs)].map(([name, url]) => queueCheck(name, url)),
  ...[...deadLettersIn(outputs)].map(([name, url]) => deadLetterCheck(name, url)),
];

const queueCheck = (name: string, url: string): Check => ({
  name: `queue ${name}`,
  run: async (signal) => {
    const { waiting, delayed, inWork } = await depthOf(url, signal);
    return ok(`${waiting} waiting, ${delayed} delayed, ${inWork} in work`);
  },
});

const deadLetterCheck = (name: string, url: string): Check => ({
  name: `dead letters of ${name}`,
  run: async (signal) => {
    const { waiting, delayed, inWork } = await depthOf(url, signal);
    const count = waiting + delayed + inWork;
    if (count === 0) return ok('none');
    return trouble(
      `${count} ${count === 1 ? 'job was' : 'jobs were'} given up`,
      'npx latchkey log --help tells how to find out why; npx latchkey redrive has them tried again.',
    );
  },
});

async function depthOf(
  QueueUrl: string,
  abortSignal: AbortSignal,
): Promise<{ waiting: number; delayed: number; inWork: number }> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    { abortSignal },
  );
  return {
    waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
    inWork: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}
