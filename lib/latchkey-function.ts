import { type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Grant, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { SecretName } from '../functions/platform/secret-parameter.ts';
import type { Bundles } from './bundle/bundle.ts';
import type { JobQueue } from './job-queue.ts';
import type { LatchkeyTable, TableAction } from './latchkey-table.ts';
import { acknowledge } from './nag.ts';

/** As long as a webhook's record lives by default, so that a record still finds its log lines. */
export const LOG_RETENTION = RetentionDays.ONE_MONTH;

/** What INFO adds is one line for each webhook and job: the line an operator searches for. */
const LOG_LEVEL = ApplicationLogLevel.INFO;

export interface LatchkeyFunctionProps {
  readonly stage: string;
  readonly bundles: Bundles | 'none';
  readonly description: string;
  readonly memoryMegabytes: number;
  readonly timeout: Duration;
}

/**
 * One Lambda function with every default of the house. Its id is the name of its file in `functions/`.
 *
 * It starts with the right to write its own log and nothing else. Each `bind…` method gives one right and the
 * environment variable that goes with it, in one call, so that neither is ever there without the other.
 */
export class LatchkeyFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly timeout: Duration;
  readonly #stage: string;

  constructor(scope: Construct, name: string, props: LatchkeyFunctionProps) {
    super(scope, name);
    const functionName = `latchkey-${props.stage}-${name}`;
    this.timeout = props.timeout;
    this.#stage = props.stage;
    this.logGroup = new LogGroup(this, 'logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: LOG_RETENTION,
      // The lasting account of a webhook is its record in the table; a log left behind would block a new stack.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // A role of our own: the one CDK makes may write to every log group of the account.
    const role = new Role(this, 'role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.logGroup.grantWrite(role);
    this.lambda = new LambdaFunction(this, 'function', {
      functionName,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: codeOf(name, props.bundles),
      memorySize: props.memoryMegabytes,
      timeout: props.timeout,
      role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: LOG_LEVEL,
      // START, END and REPORT lines cost as much as our own and CloudWatch's metrics say the same.
      systemLogLevelV2: SystemLogLevel.WARN,
      environment: {
        STAGE: props.stage,
        POWERTOOLS_LOG_LEVEL: LOG_LEVEL,
      },
    });
    acknowledge(this.lambda, {
      'Serverless-LambdaTracing':
        'X-Ray does not see HTTP APIs, and its SDK would lengthen every cold start.',
      'Serverless-LambdaDLQ':
        'Nothing that must not be lost is invoked asynchronously: webhooks are synchronous and jobs come from ' +
        'SQS, which has dead-letter queues. The schedules repeat.',
    });
  }

  /**
   * Lets the function use the table: TABLE_NAME.
   *
   * A transaction needs the rights of the actions in it; DynamoDB has none of its own for it.
   */
  bindTable(table: LatchkeyTable, actions: readonly TableAction[]): this {
    this.#grant(actions, table.arn);
    this.lambda.addEnvironment('TABLE_NAME', table.name);
    return this;
  }

  /** Lets the function ask which jobs, events and members are pending; only together with {@link bindTable}. */
  bindPendingIndex(table: LatchkeyTable): this {
    this.#grant(['dynamodb:Query'], table.pendingIndexArn);
    return this;
  }

  /** Lets the function find webhooks by time, command and outcome; only together with {@link bindTable}. */
  bindLogIndexes(table: LatchkeyTable): this {
    for (const index of table.logIndexArns) this.#grant(['dynamodb:Query'], index);
    return this;
  }

  /** Lets the function look members up by e-mail address; only together with {@link bindTable}. */
  bindEmailIndex(table: LatchkeyTable): this {
    this.#grant(['dynamodb:Query'], table.emailIndexArn);
    return this;
  }

  /** Lets the function send jobs, one by one or in batches: `…_QUEUE_URL`. */
  bindSend(jobs: JobQueue): this {
    this.#grant(['sqs:SendMessage'], jobs.queue.queueArn);
    this.lambda.addEnvironment(`${jobs.variable}_QUEUE_URL`, jobs.queue.queueUrl);
    return this;
  }

  /** Lets the function reach SQS before it has anything to send; only together with {@link bindSend}. */
  bindTouch(jobs: JobQueue): this {
    this.#grant(['sqs:GetQueueAttributes'], jobs.queue.queueArn);
    return this;
  }

  /** Lets the function put off a job that it has received, for the CRM's rate limit: `…_QUEUE_URL`. */
  bindPostpone(jobs: JobQueue): this {
    this.#grant(['sqs:ChangeMessageVisibility'], jobs.queue.queueArn);
    this.lambda.addEnvironment(`${jobs.variable}_QUEUE_URL`, jobs.queue.queueUrl);
    return this;
  }

  /** Lets the function give up a job after its last attempt: `…_DEAD_LETTER_QUEUE_URL`. */
  bindGiveUp(jobs: JobQueue): this {
    this.#grant(['sqs:SendMessage'], jobs.deadLetters.queueArn);
    this.lambda.addEnvironment(`${jobs.variable}_DEAD_LETTER_QUEUE_URL`, jobs.deadLetters.queueUrl);
    return this;
  }

  /** Lets the function count what a queue and its dead letters hold: `…_QUEUE_URL`, `…_DEAD_LETTER_QUEUE_URL`. */
  bindLook(jobs: JobQueue): this {
    for (const { queueArn } of [jobs.queue, jobs.deadLetters])
      this.#grant(['sqs:GetQueueAttributes'], queueArn);
    this.lambda.addEnvironment(`${jobs.variable}_QUEUE_URL`, jobs.queue.queueUrl);
    this.lambda.addEnvironment(`${jobs.variable}_DEAD_LETTER_QUEUE_URL`, jobs.deadLetters.queueUrl);
    return this;
  }

  /**
   * Lets the function read one kind of secret of the stage's sites, one parameter for each site, such as the CRM's
   * credentials.
   *
   * The parameters are expected under the AWS managed key (alias/aws/ssm), whose own policy lets readers
   * decrypt; a key of your own needs `kms:Decrypt` here as well.
   */
  bindSecrets(kind: SecretName): this {
    const path = `latchkey/${this.#stage}/*/${kind}`;
    const parameters = Stack.of(this).formatArn({
      service: 'ssm',
      resource: 'parameter',
      resourceName: path,
    });
    this.#grant(['ssm:GetParameter'], parameters);
    acknowledge(this, {
      [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/${path}]`]:
        "The star stands for the site's id: a list of all sites would outgrow a role's policy of 10,240 characters.",
    });
    return this;
  }

  /** Lets the function read metrics: the stage's own, and every other one of the account and region. */
  bindMetrics(): this {
    this.#grant(['cloudwatch:GetMetricData'], '*');
    acknowledge(this, {
      'AwsSolutions-IAM5[Resource::*]': 'CloudWatch knows no resources for the reading of metrics.',
    });
    return this;
  }

  #grant(actions: readonly string[], arn: string): void {
    Grant.addToPrincipal({ grantee: this.lambda, actions: [...actions], resourceArns: [arn] });
  }
}

function codeOf(name: string, bundles: Bundles | 'none'): Code {
  if (bundles === 'none') return Code.fromInline('// Synthesized without bundles.');
  const bundle = bundles[name];
  if (!bundle)
    throw new Error(`functions/${name}.ts is not among the bundles: ${Object.keys(bundles).join(', ')}`);
  return Code.fromAsset(bundle.directory);
}
