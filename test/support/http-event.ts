/** What a test says about a request; everything else is filled in as API Gateway does. */
export type RequestParts = {
  method?: string;
  path?: string;
  query?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Whether API Gateway took the body for binary, as it does with forms. */
  base64?: boolean;
};

/** An HTTP API event, payload format 2.0, as far as a function may read it. */
export function httpEvent({
  method = 'POST',
  path = '/',
  query = '',
  headers = {},
  body,
  base64 = false,
}: RequestParts) {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers,
    requestContext: {
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
    },
    ...(body !== undefined && { body: Buffer.from(body).toString(base64 ? 'base64' : 'utf8') }),
    isBase64Encoded: base64,
  };
}

/** What a function answers to it. */
export type HttpAnswer = { statusCode: number; headers: Record<string, string>; body: string };
