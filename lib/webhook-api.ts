import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  DomainName,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Config } from '../functions/platform/config.ts';
import { type LatchkeyFunction, LOG_RETENTION } from './latchkey-function.ts';
import { acknowledge } from './nag.ts';
import { OnePermissionIntegration } from './one-permission-integration.ts';

/**
 * The access log's fields, as JSON. The handshake stands in the path or the query, so neither is here, nor any header;
 * `route` is the route's template, such as `POST /aal_genpass/{handshake}`. Every webhook pays for each byte: names are
 * short, and what nobody asks for is left out (docs/cost.md).
 */
const ACCESS_LOG = {
  id: '$context.requestId', // API Gateway insists on it
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  ms: '$context.responseLatency',
  functionMs: '$context.integrationLatency',
  error: '$context.error.responseType',
};

/** The latency without quotes: a metric is drawn from it, which takes a number. */
const ACCESS_LOG_FORMAT = JSON.stringify(ACCESS_LOG).replace(`"${ACCESS_LOG.ms}"`, ACCESS_LOG.ms);

export interface WebhookApiProps {
  readonly stage: string;
  /** The function that answers everything. */
  readonly receive: LatchkeyFunction;
  /** What webhooks are posted to, such as `/aal_genpass`; each has its own routes and so its own metrics and limits. */
  readonly paths: readonly string[];
  readonly domain: Config['domain'];
}

/**
 * The HTTP API that CRMs post to.
 *
 * Throttling stays at the account's limit: a lower one would turn a campaign's burst into lost webhooks,
 * because ActiveCampaign never sends one twice.
 */
export class WebhookApi extends Construct {
  /** Where webhooks go, without a slash at the end. */
  readonly baseUrl: string;
  readonly accessLog: LogGroup;
  readonly #api: HttpApi;
  /** What the custom domain's DNS record must point to. */
  readonly domainTarget: string | undefined;

  constructor(scope: Construct, id: string, props: WebhookApiProps) {
    super(scope, id);
    const api = new HttpApi(this, 'api', { apiName: `latchkey-${props.stage}`, createDefaultStage: false });
    this.#api = api;
    this.#addRoutes(api, props);
    const domain = props.domain && this.#addDomain(props.domain);
    this.accessLog = new LogGroup(this, 'access-log', {
      // Under this prefix API Gateway needs no entry in the account's log policy, which has room for few.
      logGroupName: `/aws/vendedlogs/latchkey-${props.stage}-access`,
      retention: LOG_RETENTION,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'stage', {
      httpApi: api,
      autoDeploy: true,
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLog),
        format: AccessLogFormat.custom(ACCESS_LOG_FORMAT),
      },
      ...(domain && { domainMapping: { domainName: domain } }),
    });
    this.baseUrl = props.domain ? `https://${props.domain.name}` : api.apiEndpoint;
    this.domainTarget = domain?.regionalDomainName;
    acknowledge(this, {
      'AwsSolutions-APIG4':
        'The senders are CRMs that cannot sign or log in. The handshake in the URL is checked by the receiving ' +
        'function before anything is parsed or written.',
      'Serverless-APIGWStructuredLogging':
        'Each line is JSON once its variables are filled in; a number among them stands without quotes.',
      'Serverless-APIGWDefaultThrottling':
        "The account's limit is meant: a lower one would turn a campaign's burst into lost webhooks.",
    });
  }

  /** Leads further routes, such as `GET /v1/members`, to another function. */
  addEndpoints(target: LatchkeyFunction, routeKeys: readonly string[]): void {
    const httpApi = this.#api;
    const integration = new OnePermissionIntegration(target.node.id, httpApi, target.lambda);
    for (const key of routeKeys) {
      const [method, path] = key.split(' ') as [HttpMethod, string];
      new HttpRoute(this, key, { httpApi, routeKey: HttpRouteKey.with(path, method), integration });
    }
  }

  /** Requests that were answered with 5xx, of whichever route. */
  serverErrors(period: Duration): Metric {
    return this.#api.metricServerError({ statistic: 'Sum', period });
  }

  #addRoutes(httpApi: HttpApi, { receive, paths }: WebhookApiProps): void {
    const integration = new OnePermissionIntegration('receive', httpApi, receive.lambda);
    const post = (path: string) => HttpRouteKey.with(path, HttpMethod.POST);
    const add = (id: string, routeKey: HttpRouteKey) =>
      new HttpRoute(this, id, { httpApi, routeKey, integration });
    for (const path of paths) {
      const id = path.slice(1).replaceAll('/', '-');
      add(id, post(path));
      add(`${id}-handshake`, post(`${path}/{handshake}`));
    }
    // The shape that customers have pasted into their CRMs: POST /?<command>=<handshake>.
    add('query', post('/'));
    // People's browsers, wrong methods and unknown commands get an answer that helps them.
    add('default', HttpRouteKey.DEFAULT);
  }

  #addDomain({ name, certificateArn }: NonNullable<Config['domain']>): DomainName {
    return new DomainName(this, 'domain', {
      domainName: name,
      certificate: Certificate.fromCertificateArn(this, 'certificate', certificateArn),
    });
  }
}
