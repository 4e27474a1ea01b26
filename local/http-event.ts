import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ACCOUNT_ID } from './endpoints.ts';
import type { RouteMatch } from './http-routes.ts';

/** Bodies of these types reach the function as text; any other, a form's included, in base64. */
const TEXT_TYPES = /^(text\/.*|application\/(json|javascript|xml|.*\+json|.*\+xml))$/;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The path as API Gateway sees it: decoded, and as it came where that is impossible. */
export function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * The event that an HTTP API hands to Lambda, payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * @param request the request; its body has been read already
 * @param body the body, empty when there is none
 * @param match the route it took
 * @param apiId the API's id
 */
export function toEvent(
  request: IncomingMessage,
  body: Buffer,
  { route, pathParameters }: RouteMatch<unknown>,
  apiId: string,
): APIGatewayProxyEventV2 {
  const [path = '/', rawQueryString = ''] = splitOnce(request.url ?? '/', '?');
  const rawPath = decodePath(path);
  const { cookies, ...headers } = readHeaders(request);
  const domainName = headers.host ?? 'localhost';
  const now = new Date();
  const query = joinDuplicates([...new URLSearchParams(rawQueryString)]);
  const contentType = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  const isBase64Encoded = body.length > 0 && !TEXT_TYPES.test(contentType);
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath,
    rawQueryString,
    ...(cookies && { cookies: cookies.split(/; */) }),
    headers,
    ...(rawQueryString && { queryStringParameters: query }),
    requestContext: {
      accountId: ACCOUNT_ID,
      apiId,
      domainName,
      domainPrefix: domainName.split('.')[0] ?? '',
      http: {
        method: request.method ?? '',
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: newRequestId(),
      routeKey: route.key,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

/** An id as HTTP APIs have them, such as JKJaXmPLvHcESHA=: as long as those, since log lines are paid by their length. */
export const newRequestId = (): string => randomBytes(11).toString('base64');

/** Lower-case names, duplicates joined; cookies apart, as the format wants them; what the gateway itself adds. */
function readHeaders(request: IncomingMessage): Record<string, string> & { cookies?: string } {
  const pairs: [string, string][] = [];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    pairs.push([request.rawHeaders[index]?.toLowerCase() ?? '', request.rawHeaders[index + 1] ?? '']);
  }
  pairs.push(['x-forwarded-for', request.socket.remoteAddress ?? '']);
  pairs.push(['x-forwarded-port', String(request.socket.localPort)], ['x-forwarded-proto', 'http']);
  const cookies = pairs.flatMap(([name, value]) => (name === 'cookie' ? value : [])).join('; ');
  // Hop by hop: these end at the gateway.
  const dropped = new Set([
    'cookie',
    'connection',
    'keep-alive',
    'transfer-encoding',
    'te',
    'upgrade',
    'expect',
  ]);
  const headers = joinDuplicates(pairs.filter(([name]) => !dropped.has(name)));
  return cookies ? { ...headers, cookies } : headers;
}

function joinDuplicates(pairs: [string, string][]): Record<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of pairs)
    joined.set(name, joined.has(name) ? `${joined.get(name)},${value}` : value);
  return Object.fromEntries(joined);
}

/** "12/Mar/2026:19:03:58 +0000" */
export function commonLogTime(date: Date): string {
  const [day, time] = date.toISOString().split('T') as [string, string];
  const [year, month, dayOfMonth] = day.split('-');
  return `${dayOfMonth}/${MONTHS[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`;
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
