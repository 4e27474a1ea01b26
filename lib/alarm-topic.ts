import { Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

/**
 * Makes the topic that all alarms of a stage go to. Each address gets a mail that asks whether it wants them.
 *
 * It is not encrypted at rest: under AWS' own key for SNS no alarm would ever arrive, since that key's policy lets
 * no other service in, and a key of our own would be paid for to keep what is mailed in the clear.
 */
export function makeAlarmTopic(scope: Construct, stage: string, emails: readonly string[]): Topic {
  const { account, region, partition } = Stack.of(scope);
  const topic = new Topic(scope, 'topic', {
    topicName: `latchkey-${stage}-alarms`,
    displayName: `Latchkey, stage ${stage}`,
    enforceSSL: true,
  });
  // A policy of one's own takes the place of the one that let everything in the account publish.
  topic.grantPublish(
    new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: {
          'aws:SourceArn': `arn:${partition}:cloudwatch:${region}:${account}:alarm:latchkey-${stage}-*`,
        },
      },
    }),
  );
  for (const email of emails) topic.addSubscription(new EmailSubscription(email));
  return topic;
}
