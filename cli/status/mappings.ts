import { LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { sqs } from '../../functions/platform/aws.ts';
import { queuesIn } from '../outputs.ts';
import { type Check, type ChecksOf, inAws, ok, trouble } from './check.ts';

/** Each queue's event source mapping: without it nobody works the queue off. */
export const checksOf: ChecksOf = (subject) =>
  [...queuesIn(subject.place.outputs)].map(([name, url]) => inAws(subject, mappingCheck(name, url)));

const mappingCheck = (name: string, QueueUrl: string): Check => ({
  name: `delivery of ${name}`,
  run: async (abortSignal) => {
    const queue = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
    const { Attributes } = await sqs.send(queue, { abortSignal });
    const client = new LambdaClient();
    const list = new ListEventSourceMappingsCommand({ EventSourceArn: Attributes?.QueueArn });
    const { EventSourceMappings = [] } = await client
      .send(list, { abortSignal })
      .finally(() => client.destroy());
    const states = EventSourceMappings.map(({ State = 'in no state' }) => State);
    if (states.includes('Enabled')) return ok('is enabled');
    return trouble(
      states.length === 0 ? 'no function takes its messages' : `is ${states.join(', ')}`,
      "Enable the function's trigger in the AWS console, or deploy again.",
    );
  },
});
