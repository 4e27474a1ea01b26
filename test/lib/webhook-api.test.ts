import { expect, test } from '@jest/globals';
import { routeKeyOf } from '../../functions/api/endpoint.ts';
import { endpoints } from '../../functions/api/endpoints.ts';
import { postedCommands } from '../../functions/commands/catalogue.ts';
import { configWith, functionsOf, logicalIdOf, named, resourcesBy, synthesize } from './synthesize.ts';

const template = synthesize();
const routes = resourcesBy(template, 'AWS::ApiGatewayV2::Route', ({ RouteKey }) => RouteKey);
const isOfSites = (key: string): boolean => key.includes(' /v1/');
const isOfPayments = (key: string): boolean => key.includes(' /payments/');
const [stage] = Object.values(resourcesBy(template, 'AWS::ApiGatewayV2::Stage', (_, id) => id));

test('every command that URLs name, every CRM with events and what is passed through has its routes, and everything else is answered too', () => {
  const ofOtherProducts = ['/mbr/user/create', '/mbr/contact/password_reset'];
  const ofEvents = ['/events/activecampaign', '/events/keap', '/events/kit'];
  const paths = [...postedCommands.map(({ name }) => `/${name}`), ...ofOtherProducts, ...ofEvents, '/relay'];
  const expected = paths.flatMap((path) => [`POST ${path}`, `POST ${path}/{handshake}`]);
  const ofWebhooks = Object.keys(routes).filter((key) => !isOfSites(key) && !isOfPayments(key));
  expect(ofWebhooks.sort()).toEqual([...expected, 'POST /', '$default'].sort());
});

test('every endpoint of the site API has its route, and whatever else begins with /v1 is answered too', () => {
  expect(Object.keys(routes).filter(isOfSites).sort()).toEqual(
    [...endpoints.map(routeKeyOf), 'GET /v1/openapi.json', 'ANY /v1/{path+}'].sort(),
  );
});

test('every payment provider has its route', () => {
  expect(Object.keys(routes).filter(isOfPayments).sort()).toEqual([
    'POST /payments/paypal',
    'POST /payments/stripe',
  ]);
});

test('webhooks, the site API and payment events each lead to their function, with payload format 2.0', () => {
  const integrations = resourcesBy(template, 'AWS::ApiGatewayV2::Integration', (_, id) => id);
  expect(Object.keys(integrations)).toHaveLength(3);
  for (const [key, route] of Object.entries(routes)) {
    const [, [, { Ref: id }]] = route.Properties.Target['Fn::Join'];
    const target = named(functionsOf(template), nameFor(key));
    expect(integrations[id]?.Properties).toMatchObject({
      IntegrationUri: { 'Fn::GetAtt': [logicalIdOf(template, target), 'Arn'] },
      PayloadFormatVersion: '2.0',
    });
  }
});

const nameFor = (key: string): string => {
  if (isOfPayments(key)) return 'take-payment-events';
  return isOfSites(key) ? 'serve-members' : 'receive';
};

test('the API may invoke each of its functions by one permission that covers every route, $default included', () => {
  const permissions = resourcesBy(template, 'AWS::Lambda::Permission', (_, id) => id);
  const ofApi = Object.values(permissions).filter(
    ({ Properties }) => Properties.Principal === 'apigateway.amazonaws.com',
  );
  expect(ofApi).toHaveLength(3);
  const covered: string = ofApi[0]?.Properties.SourceArn['Fn::Join'][1].at(-1);
  // A star of an ARN stands for any characters, slashes included.
  const pattern = new RegExp(`^${covered.replaceAll('*', '.*')}$`);
  // What API Gateway calls its routes: <api>/<stage>/$default and <api>/<stage>/<method>/<path>.
  expect('/$default/$default').toMatch(pattern);
  expect('/$default/POST/').toMatch(pattern);
  expect('/$default/POST/aal_genpass/{handshake}').toMatch(pattern);
});

/** A variable that stands for a number. */
const UNQUOTED = /(?<=:)\$[\w.]+/g;

test('the access log holds no path, query, header or other place where a handshake may stand', () => {
  const format: Record<string, string> = JSON.parse(
    stage?.Properties.AccessLogSettings.Format.replace(UNQUOTED, '"$&"'),
  );
  expect(Object.values(format)).toEqual([
    '$context.requestId',
    '$context.identity.sourceIp',
    '$context.routeKey',
    '$context.status',
    '$context.responseLatency',
    '$context.integrationLatency',
    '$context.error.responseType',
  ]);
});

test('the access log goes to a log group that expires', () => {
  const [id] = stage?.Properties.AccessLogSettings.DestinationArn['Fn::GetAtt'] ?? [];
  expect(template.toJSON().Resources[id].Properties).toMatchObject({
    LogGroupName: '/aws/vendedlogs/latchkey-test-access',
    RetentionInDays: 30,
  });
});

test('a custom domain is made only when the config has one, and is then the base URL', () => {
  template.resourceCountIs('AWS::ApiGatewayV2::DomainName', 0);
  const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/1';
  const withDomain = synthesize({
    config: configWith({ domain: { name: 'hooks.example.com', certificateArn } }),
  });
  withDomain.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
    DomainName: 'hooks.example.com',
    DomainNameConfigurations: [{ CertificateArn: certificateArn, EndpointType: 'REGIONAL' }],
  });
  withDomain.resourceCountIs('AWS::ApiGatewayV2::ApiMapping', 1);
  withDomain.hasOutput('BaseUrl', { Value: 'https://hooks.example.com' });
  withDomain.hasOutput('DomainTarget', {});
});
