import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Exchange } from './access-log.ts';
import type { Assembly } from './assembly.ts';
import type { LambdaFunction } from './function.ts';
import type { InvocationResult } from './function-environment.ts';
import { commonLogTime, decodePath, newRequestId, toEvent } from './http-event.ts';
import { gatewayAnswer, type HttpAnswer, INTERNAL_SERVER_ERROR, toAnswer } from './http-response.ts';
import { type FindRoute, type Route, routeFinder } from './http-routes.ts';
import { close, listen } from './http-server.ts';
import type { Resolve } from './template.ts';

/** The gateway's own limit on a body. */
const BODY_BYTES = 10 * 1024 * 1024;
/** Lambda's limit on an event and on an answer. */
const EVENT_BYTES = 6 * 1024 * 1024;
/** The gateway's limit on the request line and all headers. */
const HEADER_BYTES = 10_240;
/** Longer than a CRM pauses between the webhooks of one campaign. */
const KEEP_ALIVE_MILLISECONDS = 75_000;
/** How long an integration may take when the template does not say: API Gateway's longest. */
const INTEGRATION_MILLISECONDS = 30_000;

/** Where a route leads: the function that answers, and how long it may take. */
export interface Integration {
  target: LambdaFunction;
  timeoutMilliseconds: number;
}

/** Answers a request that is for a page of the local cloud itself. */
type Page = (request: IncomingMessage) => Promise<HttpAnswer> | undefined;

export interface HttpApi {
  url: string;
  /**
   * Begins to answer; until then every path is unknown.
   * @param log takes each request that was answered
   * @param page answers what is for people of this machine, ahead of the routes
   */
  serve(routes: Route<Integration>[], log?: (exchange: Exchange) => void, page?: Page): void;
  stop(): Promise<void>;
}

/**
 * The routes of the template's HTTP API.
 * @param functionOf finds a function by its ARN
 * @throws when a route leads to something other than a function with payload format 2.0
 */
export function readRoutes(
  assembly: Assembly,
  resolve: Resolve,
  functionOf: (arn: string) => LambdaFunction,
): Route<Integration>[] {
  const apis = assembly.ofType('AWS::ApiGatewayV2::Api');
  if (apis.length > 1) throw new Error('the local cloud serves one HTTP API, and the template holds several');
  return assembly.ofType('AWS::ApiGatewayV2::Route').map(({ logicalId, properties }) => {
    const key = String(resolve(properties.RouteKey));
    const integrationName = String(resolve(properties.Target)).replace('integrations/', '');
    const integration = assembly
      .ofType('AWS::ApiGatewayV2::Integration')
      .find((each) => resolve({ Ref: each.logicalId }) === integrationName);
    if (!integration) throw new Error(`${logicalId} (${key}) leads to no integration of the template`);
    const { IntegrationUri, PayloadFormatVersion, TimeoutInMillis } = integration.properties;
    if (PayloadFormatVersion !== '2.0')
      throw new Error(`${integration.logicalId} must use payload format 2.0`);
    const timeoutMilliseconds = Number(resolve(TimeoutInMillis) ?? INTEGRATION_MILLISECONDS);
    return { key, target: { target: functionOf(String(resolve(IntegrationUri))), timeoutMilliseconds } };
  });
}

/**
 * Opens the port; the address is known before the functions that may want to know it exist.
 * @param port 0 for a free one
 */
export async function startHttpApi(port: number): Promise<HttpApi> {
  let find: FindRoute<Integration> = () => undefined;
  let logged: ((exchange: Exchange) => void) | undefined;
  let pageFor: Page = () => undefined;
  const server = createServer({ maxHeaderSize: HEADER_BYTES, keepAliveTimeout: KEEP_ALIVE_MILLISECONDS });
  server.on('request', (request, response) => {
    const started = new Date();
    const page = pageFor(request);
    (page ?? answer(request, find)).then(
      (answered) => {
        if (!page) logged?.(exchangeOf(request, answered, started));
        respond(response, answered);
      },
      (cause) => {
        // The caller hung up while its body was read, or a fault of ours: say so, and end the connection.
        if (!request.destroyed) console.error('local HTTP API:', cause);
        response.destroy();
      },
    );
  });
  const url = await listen(server, port);
  const serve: HttpApi['serve'] = (routes, log, page = () => undefined) => {
    find = routeFinder(routes);
    logged = log;
    pageFor = page;
  };
  return { url, serve, stop: () => close(server) };
}

/** An answer, and how it came about as far as there was a route for it. */
type Answered = HttpAnswer & { routeKey?: string; requestId?: string; integration?: Integrated };
type Integrated = { milliseconds: number; status: number | undefined };

async function answer(request: IncomingMessage, find: FindRoute<Integration>): Promise<Answered> {
  const body = await readBody(request);
  if (!body) return gatewayAnswer(413, 'Request Entity Too Large');
  const path = decodePath(request.url?.split('?')[0] ?? '/');
  const match = find(request.method ?? '', path);
  if (!match) return gatewayAnswer(404, 'Not Found');
  const { target, timeoutMilliseconds } = match.route.target;
  const described = toEvent(request, body, match, 'local');
  const { routeKey, requestId } = described.requestContext;
  const event = JSON.stringify(described);
  if (Buffer.byteLength(event) > EVENT_BYTES)
    return { ...gatewayAnswer(413, 'Request Entity Too Large'), routeKey, requestId };
  const started = Date.now();
  const result = await within(timeoutMilliseconds, target.run(event));
  const status = result && !('error' in result) ? 200 : undefined;
  const integration = { milliseconds: Date.now() - started, status };
  return { ...answerOf(result), routeKey, requestId, integration };
}

function answerOf(result: InvocationResult | undefined): HttpAnswer {
  // The function goes on all the same, as on AWS: only the caller stops waiting.
  if (!result) return gatewayAnswer(503, 'Service Unavailable');
  return 'error' in result || result.payload.length > EVENT_BYTES
    ? INTERNAL_SERVER_ERROR
    : toAnswer(result.payload);
}

const exchangeOf = (request: IncomingMessage, answered: Answered, started: Date): Exchange => ({
  requestId: answered.requestId ?? newRequestId(),
  requestTime: commonLogTime(started),
  'identity.sourceIp': request.socket.remoteAddress ?? '',
  routeKey: answered.routeKey,
  status: answered.status,
  responseLength: answered.body.length,
  responseLatency: Date.now() - started.getTime(),
  integrationLatency: answered.integration?.milliseconds,
  integrationStatus: answered.integration?.status,
  'error.responseType': undefined,
});

/** The whole body; undefined when it is too long, read to its end all the same so that the answer arrives. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= BODY_BYTES) chunks.push(chunk);
  }
  return size > BODY_BYTES ? undefined : Buffer.concat(chunks);
}

/** Waits with a timer that can be cleared: an AbortSignal for each request takes several times as much of the processor. */
function within(
  milliseconds: number,
  result: Promise<InvocationResult>,
): Promise<InvocationResult | undefined> {
  const { promise, resolve } = Promise.withResolvers<InvocationResult | undefined>();
  const tooLate = setTimeout(() => resolve(undefined), milliseconds);
  return Promise.race([result, promise]).finally(() => clearTimeout(tooLate));
}

function respond(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  response.writeHead(status, { ...headers, 'content-length': body.length }).end(body);
}
