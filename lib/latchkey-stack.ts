import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../functions/platform/config.ts';
import { targets } from '../functions/webhooks/targets.ts';
import type { Bundles } from './bundle/bundle.ts';
import { JobQueue } from './job-queue.ts';
import { LatchkeyFunction } from './latchkey-function.ts';
import { LatchkeyTable } from './latchkey-table.ts';
import { addOutputs } from './outputs.ts';
import { runEvery } from './run-every.ts';
import { WebhookApi } from './webhook-api.ts';

export interface LatchkeyStackProps extends StackProps {
  readonly config: Config;
  readonly stage: string;
  readonly bundles: Bundles | 'none';
}

/** One stage of Latchkey. */
export class LatchkeyStack extends Stack {
  constructor(scope: Construct, id: string, { config, stage, bundles, ...props }: LatchkeyStackProps) {
    super(scope, id, props);
    // CDK lets every function depend on its role, though the function refers to it as well.
    this.templateOptions.metadata = { 'cfn-lint': { config: { ignore_checks: ['W3005'] } } };

    const table = new LatchkeyTable(this, 'table', { keep: stage === 'production' });

    const receive = new LatchkeyFunction(this, 'receive', {
      stage,
      bundles,
      description: 'Answers webhooks: records, flags and queues them',
      // Below this the CPU's share decides the cold start.
      memoryMegabytes: 512,
      // The CRM hangs up after 5 seconds; the function's own deadline is shorter.
      timeout: Duration.seconds(5),
    });
    const work = new LatchkeyFunction(this, 'work', {
      stage,
      bundles,
      description: 'Applies jobs one by one, in the order of each contact',
      // Room and CPU for a memory-hard password hash.
      memoryMegabytes: 1024,
      timeout: Duration.seconds(60),
    });
    const syncBatch = new LatchkeyFunction(this, 'sync-batch', {
      stage,
      bundles,
      description: 'Pulls many waiting contacts from the CRM in few requests',
      memoryMegabytes: 512,
      timeout: Duration.seconds(120),
    });
    const sweep = new LatchkeyFunction(this, 'sweep', {
      stage,
      bundles,
      description: 'Queues again the jobs whose message never arrived',
      memoryMegabytes: 256,
      // Shorter than its period, so that one run ends before the next begins.
      timeout: Duration.seconds(55),
    });

    const operations = new JobQueue(this, 'operations', {
      stage,
      fifo: true,
      consumer: work,
      batchSize: 10,
      maxConcurrency: 5,
    });
    const batchSync = new JobQueue(this, 'batch-sync', {
      stage,
      fifo: false,
      consumer: syncBatch,
      batchSize: 1000,
      batchWindow: Duration.seconds(10),
      // The lowest SQS allows: more would only wait for the CRM's rate limit together.
      maxConcurrency: 2,
    });

    receive
      .bindTable(table, ['dynamodb:PutItem', 'dynamodb:UpdateItem'])
      .bindSend(operations)
      .bindSend(batchSync);
    work
      .bindTable(table, [
        'dynamodb:BatchGetItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ])
      .bindEmailIndex(table)
      .bindSend(operations)
      .bindPostpone(operations)
      .bindGiveUp(operations)
      .bindSend(batchSync)
      .bindCrmCredentials();
    syncBatch
      .bindTable(table, [
        'dynamodb:BatchGetItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
      ])
      .bindEmailIndex(table)
      .bindPostpone(batchSync)
      .bindGiveUp(batchSync)
      .bindCrmCredentials();
    sweep
      .bindTable(table, ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'])
      .bindPendingIndex(table)
      .bindSend(operations)
      .bindSend(batchSync);
    runEvery(Duration.minutes(1), sweep);

    const api = new WebhookApi(this, 'webhooks', {
      stage,
      receive,
      paths: [...targets.keys()],
      domain: config.domain,
    });
    addOutputs(this, {
      stage,
      api,
      table,
      queues: [operations, batchSync],
      functions: [receive, work, syncBatch, sweep],
    });
  }
}
