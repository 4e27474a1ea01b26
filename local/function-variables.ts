import { CREDENTIALS, type Endpoints, REGION } from './endpoints.ts';

/**
 * The whole environment of a function: what the template gives it and what Lambda itself sets, nothing of this
 * machine's but PATH. The addresses of the stand-ins are the only thing that differs from AWS.
 * @param template the template's variables, resolved
 */
export const functionVariables = (
  template: Record<string, string>,
  facts: { functionName: string; memoryMegabytes: number; handler: string; folder: string },
  endpoints: Endpoints,
): Record<string, string> => ({
  ...template,
  PATH: process.env.PATH ?? '',
  TZ: ':UTC',
  LANG: 'en_US.UTF-8',
  _HANDLER: facts.handler,
  LAMBDA_TASK_ROOT: facts.folder,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: facts.functionName,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(facts.memoryMegabytes),
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${facts.functionName}`,
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
  AWS_ENDPOINT_URL_SQS: endpoints.sqs,
  AWS_ENDPOINT_URL_SSM: endpoints.ssm,
  AWS_ENDPOINT_URL_CLOUDWATCH: endpoints.cloudwatch,
});
