import { Stack } from 'aws-cdk-lib';
import type { IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';

/**
 * Leads all routes of one API to one function, by one permission.
 *
 * CDK's integration either adds a permission for each route, which outgrows the function's policy (20 KB) as
 * commands are added, or one for `<api>/<stage>/<method>/<path>`. The latter leaves out the route `$default`,
 * which API Gateway calls `<api>/<stage>/$default`: it would answer 500 (aws/serverless-application-model#1860).
 */
export class OnePermissionIntegration extends HttpLambdaIntegration {
  constructor(id: string, api: IHttpApi, target: IFunction) {
    super(id, target);
    target.addPermission(`${id}-from-api`, {
      scope: api,
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(api).formatArn({
        service: 'execute-api',
        resource: api.apiId,
        resourceName: '*/*',
      }),
    });
  }

  /** Called for each route, where CDK adds its own permission. */
  protected override completeBind(): void {}
}
