import type { Assembly } from './assembly.ts';
import { constructName } from './names.ts';
import type { Resolve } from './template.ts';

/** What a format may ask about a request, by the names that API Gateway has for it. */
export interface Exchange {
  requestId: string;
  requestTime: string;
  'identity.sourceIp': string;
  /** Absent where the request took no route. */
  routeKey: string | undefined;
  status: number;
  responseLength: number;
  /** Milliseconds, from the request to the answer. */
  responseLatency: number;
  /** Milliseconds of the function. */
  integrationLatency: number | undefined;
  /** What Lambda says, not the function. */
  integrationStatus: number | undefined;
  /** The gateway's own word for its own errors, which this one does not have. */
  'error.responseType': undefined;
}

const VARIABLES: ReadonlySet<string> = new Set<keyof Exchange>([
  'requestId',
  'requestTime',
  'identity.sourceIp',
  'routeKey',
  'status',
  'responseLength',
  'responseLatency',
  'integrationLatency',
  'integrationStatus',
  'error.responseType',
]);

const VARIABLE = /\$context\.(\w+(?:\.\w+)*)/g;

/**
 * The access log of the template's HTTP API.
 * @param write takes each line, and the construct name of the log group that it goes to
 * @returns to be called with each request that was answered; undefined where the template wants no access log
 * @throws when the format asks what is not known here
 */
export function readAccessLog(
  assembly: Assembly,
  resolve: Resolve,
  write: (logName: string, line: string) => void,
): ((exchange: Exchange) => void) | undefined {
  const [stage] = assembly.ofType('AWS::ApiGatewayV2::Stage');
  const settings = resolve(stage?.properties.AccessLogSettings) as
    | { DestinationArn: string; Format: string }
    | undefined;
  if (!settings) return undefined;
  const { DestinationArn, Format } = settings;
  for (const [, name = ''] of Format.matchAll(VARIABLE))
    if (!VARIABLES.has(name))
      throw new Error(`the local cloud does not know $context.${name} in an access log`);
  const group = assembly
    .ofType('AWS::Logs::LogGroup')
    .find(({ logicalId }) => resolve({ 'Fn::GetAtt': [logicalId, 'Arn'] }) === DestinationArn);
  if (!group) throw new Error(`the template holds no log group ${DestinationArn}`);
  const logName = constructName(group);
  return (exchange) =>
    write(
      logName,
      Format.replaceAll(VARIABLE, (_, name: keyof Exchange) => String(exchange[name] ?? '-')),
    );
}
