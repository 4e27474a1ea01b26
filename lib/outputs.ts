import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { Config } from '../functions/platform/config.ts';
import type { Alarms } from './alarms.ts';
import { configHash } from './config-hash.ts';
import type { Dashboard } from './dashboard.ts';
import type { JobQueue } from './job-queue.ts';
import type { LatchkeyFunction } from './latchkey-function.ts';
import type { LatchkeyTable } from './latchkey-table.ts';
import type { WebhookApi } from './webhook-api.ts';

export interface OperatedParts {
  readonly stage: string;
  readonly config: Config;
  readonly api: WebhookApi;
  readonly table: LatchkeyTable;
  readonly queues: readonly JobQueue[];
  readonly functions: readonly LatchkeyFunction[];
}

export interface OperatorsRoom {
  readonly alarms: Alarms;
  readonly dashboard: Dashboard;
}

/** Prints after a deployment what an operator needs, the base URL first. */
export function addOutputs(
  stack: Stack,
  { stage, config, api, table, queues, functions, alarms, dashboard }: OperatedParts & OperatorsRoom,
): void {
  const output = (id: string, value: string, description: string) =>
    new CfnOutput(stack, id, { value, description });

  output(
    'BaseUrl',
    api.baseUrl,
    'Webhooks are posted to <BaseUrl>/?<command>=<handshake>, and sites ask <BaseUrl>/v1/',
  );
  if (api.domainTarget)
    output('DomainTarget', api.domainTarget, "Point the domain's CNAME or alias record here");
  output(
    'ParameterPrefix',
    `/latchkey/${stage}/`,
    "A site's secrets: SecureString <ParameterPrefix><site id>/crm, and where it needs them /events and /relay",
  );
  output('DashboardUrl', dashboard.url, "The operator's room: alarms and charts");
  output('AlarmTopicArn', alarms.topic.topicArn, 'Alarms go here; alarmEmails in the config are subscribed');
  output('ConfigHash', configHash(config), 'Of the config that is deployed: latchkey status compares it');
  output('TableName', table.name, 'Webhooks, members and jobs');
  for (const jobs of queues) {
    const name = pascalCase(jobs.node.id);
    output(`${name}QueueUrl`, jobs.queue.queueUrl, 'Jobs on their way');
    output(`${name}DeadLetterQueueUrl`, jobs.deadLetters.queueUrl, 'Jobs given up: should be empty');
  }
  for (const { node, lambda, logGroup } of functions) {
    const name = pascalCase(node.id);
    output(`${name}FunctionName`, lambda.functionName, `functions/${node.id}.ts`);
    output(`${name}LogGroupName`, logGroup.logGroupName, `Log of functions/${node.id}.ts`);
  }
  output('WebhookAccessLogGroupName', api.accessLog.logGroupName, 'Access log of the HTTP API');
}

/** `sync-batch` → `SyncBatch`: output names take no hyphen. */
const pascalCase = (id: string): string =>
  id
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
