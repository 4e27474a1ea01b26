/** What goes back to the caller. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
}

/**
 * An answer of the gateway itself.
 * @param message such as "Not Found"
 */
export const gatewayAnswer = (status: number, message: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ message })),
});

/** For a function that failed and for an answer that makes no sense alike. */
export const INTERNAL_SERVER_ERROR = gatewayAnswer(500, 'Internal Server Error');

/**
 * Reads a function's answer by the rules of payload format 2.0: with a statusCode it describes a response,
 * without one it is itself the JSON body of a 200.
 * @param payload the answer as JSON text
 */
export function toAnswer(payload: string): HttpAnswer {
  const answer: unknown = JSON.parse(payload);
  if (!isObject(answer) || !('statusCode' in answer)) {
    const body = Buffer.from(typeof answer === 'string' ? answer : payload);
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = answer;
  const status = Number(statusCode);
  const wellFormed =
    Number.isInteger(status) &&
    status >= 200 &&
    status <= 599 &&
    isObject(headers) &&
    typeof (body ?? '') === 'string';
  if (!wellFormed || !Array.isArray(cookies)) return INTERNAL_SERVER_ERROR;
  const sent: Record<string, string | string[]> = { 'content-type': 'text/plain; charset=utf-8' };
  for (const [name, value] of Object.entries(headers)) sent[name.toLowerCase()] = String(value);
  if (cookies.length > 0) sent['set-cookie'] = cookies.map(String);
  return {
    status,
    headers: sent,
    body: Buffer.from(String(body ?? ''), isBase64Encoded ? 'base64' : 'utf8'),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
