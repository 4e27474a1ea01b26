import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { routeKeyOf } from '../functions/api/endpoint.ts';
import { endpoints } from '../functions/api/endpoints.ts';
import { providers } from '../functions/payments/providers.ts';
import type { Config } from '../functions/platform/config.ts';
import { targets } from '../functions/webhooks/targets.ts';
import { Alarms } from './alarms.ts';
import type { Bundles } from './bundle/bundle.ts';
import { Dashboard } from './dashboard.ts';
import { JobQueue } from './job-queue.ts';
import { LatchkeyFunction } from './latchkey-function.ts';
import { LatchkeyTable } from './latchkey-table.ts';
import { LogMetrics } from './metrics.ts';
import { addOutputs } from './outputs.ts';
import { relaysAtOnce } from './relays-at-once.ts';
import { runEvery } from './run-every.ts';
import { SavedQueries } from './saved-queries.ts';
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

    const notify = new LatchkeyFunction(this, 'notify', {
      stage,
      bundles,
      description: 'Tells sites what happened to their members',
      memoryMegabytes: 256,
      // Room for a batch of ten events that a slow site takes 10 s each to take.
      timeout: Duration.seconds(120),
    });
    const relay = new LatchkeyFunction(this, 'relay', {
      stage,
      bundles,
      description: "Hands webhooks to the plugins that sites have, at each host's pace",
      memoryMegabytes: 512,
      // A slow host's minute, and the wait for its turn before it.
      timeout: Duration.seconds(120),
    });
    const serveMembers = new LatchkeyFunction(this, 'serve-members', {
      stage,
      bundles,
      description: 'Serves the site API: what membership sites ask about their members',
      // Room and CPU for checking a memory-hard password hash.
      memoryMegabytes: 1024,
      // API Gateway gives up after 30 seconds.
      timeout: Duration.seconds(29),
    });
    const reconcile = new LatchkeyFunction(this, 'reconcile', {
      stage,
      bundles,
      description: 'Asks the CRMs what changed, to find webhooks that were lost on the way',
      memoryMegabytes: 256,
      // It waits while others use the CRM; two runs at once would take each other's steps in vain.
      timeout: Duration.seconds(Math.min(config.reconcileMinutes * 60 - 5, 600)),
    });

    const takePaymentEvents = new LatchkeyFunction(this, 'take-payment-events', {
      stage,
      bundles,
      description: 'Takes what payment providers tell, and has it looked at',
      memoryMegabytes: 512,
      // Room for PayPal's certificate; a provider that gets no answer sends the event again.
      timeout: Duration.seconds(10),
    });

    const serveConsole = new LatchkeyFunction(this, 'serve-console', {
      stage,
      bundles,
      description: "Draws the operator's console, a custom widget of the dashboard",
      memoryMegabytes: 512,
      // A page of the log that matches few records looks at many; CloudWatch's metrics may take their time.
      timeout: Duration.seconds(25),
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

    const siteEvents = new JobQueue(this, 'site-events', {
      stage,
      fifo: true,
      consumer: notify,
      batchSize: 10,
      maxConcurrency: 5,
    });

    const deliveries = new JobQueue(this, 'deliveries', {
      stage,
      fifo: true,
      consumer: relay,
      batchSize: 10,
      maxConcurrency: relaysAtOnce(config),
    });

    receive
      .bindTable(table, ['dynamodb:PutItem', 'dynamodb:UpdateItem'])
      .bindSend(operations)
      .bindTouch(operations)
      .bindSend(batchSync)
      .bindSend(deliveries);
    work
      .bindTable(table, [
        'dynamodb:BatchGetItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ])
      .bindSend(operations)
      .bindPostpone(operations)
      .bindGiveUp(operations)
      .bindSend(batchSync)
      .bindSend(siteEvents)
      .bindEmailIndex(table)
      .bindSecrets('crm')
      .bindSecrets('stripe')
      .bindSecrets('paypal');
    syncBatch
      .bindTable(table, [
        'dynamodb:BatchGetItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
      ])
      .bindSend(siteEvents)
      .bindEmailIndex(table)
      .bindSend(batchSync)
      .bindPostpone(batchSync)
      .bindGiveUp(batchSync)
      .bindSecrets('crm');
    sweep
      .bindTable(table, ['dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'])
      .bindPendingIndex(table)
      .bindSend(operations)
      .bindSend(batchSync)
      .bindSend(deliveries)
      .bindSend(siteEvents);
    notify
      .bindTable(table, ['dynamodb:Query', 'dynamodb:UpdateItem'])
      .bindPostpone(siteEvents)
      .bindGiveUp(siteEvents)
      .bindSecrets('events');
    relay
      .bindTable(table, ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'])
      .bindSend(deliveries)
      .bindPostpone(deliveries)
      .bindGiveUp(deliveries)
      .bindSecrets('relay');
    serveMembers
      .bindTable(table, [
        'dynamodb:BatchGetItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ])
      .bindEmailIndex(table)
      .bindPendingIndex(table)
      .bindSend(operations)
      .bindSend(siteEvents)
      .bindSecrets('crm');
    reconcile
      .bindTable(table, ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem'])
      .bindEmailIndex(table)
      .bindSecrets('crm');
    takePaymentEvents
      .bindTable(table, ['dynamodb:GetItem', 'dynamodb:PutItem'])
      .bindSend(operations)
      .bindSecrets('stripe')
      .bindSecrets('paypal');
    serveConsole
      .bindTable(table, ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'])
      .bindLogIndexes(table)
      .bindPendingIndex(table)
      .bindLook(operations)
      .bindLook(batchSync)
      .bindLook(deliveries)
      .bindLook(siteEvents)
      .bindMetrics();
    runEvery(Duration.minutes(1), sweep);
    runEvery(Duration.minutes(config.reconcileMinutes), reconcile);

    const api = new WebhookApi(this, 'webhooks', {
      stage,
      receive,
      paths: [...targets.keys()],
      domain: config.domain,
    });
    api.addEndpoints(serveMembers, [...endpoints.map(routeKeyOf), 'GET /v1/openapi.json', 'ANY /v1/{path+}']);
    api.addEndpoints(
      takePaymentEvents,
      providers.map(({ name }) => `POST /payments/${name}`),
    );
    serveConsole.lambda.addEnvironment('BASE_URL', api.baseUrl);
    const parts = {
      stage,
      config,
      api,
      table,
      queues: [operations, batchSync, deliveries, siteEvents],
      functions: [
        receive,
        work,
        syncBatch,
        sweep,
        notify,
        relay,
        serveMembers,
        reconcile,
        takePaymentEvents,
        serveConsole,
      ],
    };
    new LogMetrics(this, 'metrics', parts);
    new SavedQueries(this, 'saved-queries', parts);
    const alarms = new Alarms(this, 'alarms', { ...parts, config });
    const dashboard = new Dashboard(this, 'dashboard', {
      ...parts,
      config,
      alarms: alarms.all,
      console: serveConsole,
    });
    addOutputs(this, { ...parts, alarms, dashboard });
  }
}
