/**
 * What AWS charges in us-east-1 (N. Virginia), on demand, in dollars, without free tiers and discounts. Other regions are
 * dearer or equal: change the prices here, and run `npm run bench -- cost`.
 */

/** A billion bytes, and what AWS calls a gigabyte where it bills storage, logs and transfer. */
export const GIGABYTE = 2 ** 30;

/** HTTP API, each of the first 300 million requests of a month. https://aws.amazon.com/api-gateway/pricing/ */
export const GATEWAY_REQUEST = 1.0 / 1e6;

/** A request to an HTTP API counts once for each so many bytes. https://aws.amazon.com/api-gateway/pricing/ */
export const GATEWAY_STEP_BYTES = 512 * 1024;

/** Lambda, each invocation. https://aws.amazon.com/lambda/pricing/ */
export const LAMBDA_REQUEST = 0.2 / 1e6;

/** Lambda on ARM, a gigabyte of memory for a second, billed by the millisecond. https://aws.amazon.com/lambda/pricing/ */
export const LAMBDA_GIGABYTE_SECOND = 0.000_013_333_4;

/** DynamoDB on demand, a write of up to 1 kB. https://aws.amazon.com/dynamodb/pricing/on-demand/ */
export const WRITE_UNIT = 0.625 / 1e6;

/** DynamoDB on demand, a consistent read of up to 4 kB. https://aws.amazon.com/dynamodb/pricing/on-demand/ */
export const READ_UNIT = 0.125 / 1e6;

/** DynamoDB, a gigabyte of table or index kept for a month. https://aws.amazon.com/dynamodb/pricing/on-demand/ */
export const STORED_GIGABYTE_MONTH = 0.25;

/** DynamoDB's continuous backups, a gigabyte of table for a month. https://aws.amazon.com/dynamodb/pricing/on-demand/ */
export const BACKUP_GIGABYTE_MONTH = 0.2;

/** SQS, each request to a standard queue. https://aws.amazon.com/sqs/pricing/ */
export const SQS_REQUEST = 0.4 / 1e6;

/** SQS, each request to a FIFO queue. https://aws.amazon.com/sqs/pricing/ */
export const SQS_FIFO_REQUEST = 0.5 / 1e6;

/** SQS, a request counts once for each so many bytes. https://aws.amazon.com/sqs/pricing/ */
export const SQS_STEP_BYTES = 64 * 1024;

/** CloudWatch Logs of the standard class, a gigabyte taken in. https://aws.amazon.com/cloudwatch/pricing/ */
export const LOG_GIGABYTE = 0.5;

/** CloudWatch Logs adds so many bytes to each line. https://aws.amazon.com/cloudwatch/pricing/ */
export const LOG_LINE_BYTES = 26;

/** CloudWatch Logs, a gigabyte kept for a month, compressed. https://aws.amazon.com/cloudwatch/pricing/ */
export const LOG_GIGABYTE_MONTH = 0.03;

/** What AWS assumes that is left of a log by compressing it. https://aws.amazon.com/cloudwatch/pricing/ (examples) */
export const LOG_COMPRESSED = 0.15;

/** A gigabyte that leaves for the internet, of the first 10 TB of a month. https://aws.amazon.com/ec2/pricing/on-demand/ */
export const OUT_GIGABYTE = 0.09;

/** CloudWatch, each metric that an alarm looks at, a month. https://aws.amazon.com/cloudwatch/pricing/ */
export const ALARM_MONTH = 0.1;

/** CloudWatch, a metric of our own that has values in each hour of a month, of the first 10,000. https://aws.amazon.com/cloudwatch/pricing/ */
export const METRIC_MONTH = 0.3;

/** CloudWatch, a dashboard, a month. https://aws.amazon.com/cloudwatch/pricing/ */
export const DASHBOARD_MONTH = 3;
