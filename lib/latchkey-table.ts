import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

/** What a function may be allowed to do with items. No Scan, and nothing that changes the table itself. */
export type TableAction = `dynamodb:${
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'BatchWriteItem'
  | 'ConditionCheckItem'}`;

/** The sparse index of jobs whose message may never have arrived; it projects the keys alone. */
const PENDING_INDEX = 'pending';

/** The indexes of webhooks by time: of a site, of one of its commands, of what came to nothing; see store/webhook-log.ts. */
const LOG_INDEXES = { log: 'logKey', 'log-by-command': 'commandKey', 'log-by-outcome': 'outcomeKey' };

/** The sparse index of members by their site and e-mail address; it projects the keys alone. */
const EMAIL_INDEX = 'by-email';

/** The sparse index of members by their site, for exports; it projects the keys alone. */
const SITE_INDEX = 'by-site';

/**
 * The one table: webhooks, members, jobs and rate limits.
 *
 * It has no name of its own: in production it outlives its stack, and a new stack must not collide with it.
 */
export class LatchkeyTable extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly pendingIndexArn: string;
  readonly emailIndexArn: string;
  readonly logIndexArns: readonly string[];

  constructor(scope: Construct, id: string, props: { readonly keep: boolean }) {
    super(scope, id);
    const table = new Table(this, 'table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
      // Webhooks come in bursts of a whole campaign, then not at all.
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: props.keep,
      removalPolicy: props.keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    table.addGlobalSecondaryIndex({
      indexName: PENDING_INDEX,
      partitionKey: { name: 'pendingKey', type: AttributeType.STRING },
      sortKey: { name: 'pendingAt', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    table.addGlobalSecondaryIndex({
      indexName: EMAIL_INDEX,
      partitionKey: { name: 'emailKey', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    table.addGlobalSecondaryIndex({
      indexName: SITE_INDEX,
      partitionKey: { name: 'siteKey', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    for (const [indexName, key] of Object.entries(LOG_INDEXES)) {
      table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name: key, type: AttributeType.STRING },
        // A webhook's id sorts by time.
        sortKey: { name: 'id', type: AttributeType.STRING },
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
    this.name = table.tableName;
    this.arn = table.tableArn;
    this.pendingIndexArn = `${table.tableArn}/index/${PENDING_INDEX}`;
    this.logIndexArns = Object.keys(LOG_INDEXES).map((name) => `${table.tableArn}/index/${name}`);
    this.emailIndexArn = `${table.tableArn}/index/${EMAIL_INDEX}`;
  }
}
