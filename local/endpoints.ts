/** Where the stand-ins of the AWS services answer, each as an address such as http://127.0.0.1:4566. */
export interface Endpoints {
  dynamodb: string;
  sqs: string;
  ssm: string;
  cloudwatch: string;
  /** The HTTP API; empty when the template has none. */
  http: string;
}

/** One region and one account: the ones that fauxqs puts into the ARNs of its queues. */
export const REGION = 'us-east-1';
export const ACCOUNT_ID = '000000000000';

/** Nobody checks them here, but the SDK signs every request and refuses to start without. */
export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/**
 * Options for a client of the AWS SDK that talks to one of the stand-ins.
 * @param endpoint its address
 */
export const clientOptions = (endpoint: string) => ({ endpoint, region: REGION, credentials: CREDENTIALS });
