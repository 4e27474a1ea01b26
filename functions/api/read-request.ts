import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { type Complaint, Problem } from '../http/problem.ts';
import { parseJson } from '../platform/parse-json.ts';
import type { Endpoint } from './endpoint.ts';

/** What came in, checked against the endpoint's schemas. */
export type Input = { params: unknown; query: unknown; body: unknown; idempotencyKey: string | undefined };

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,128}$/;

/**
 * Checks a request.
 * @throws Problem 400 where the body is not JSON, 422 that names everything that is wrong
 */
export function readRequest(endpoint: Endpoint, event: APIGatewayProxyEventV2): Input {
  const query = Object.fromEntries(new URLSearchParams(event.rawQueryString));
  const complaints: Complaint[] = [];
  const check = (where: string, schema: z.ZodMiniType | undefined, value: unknown): unknown => {
    if (!schema) return undefined;
    const result = z.safeParse(schema, value);
    if (result.success) return result.data;
    complaints.push(...result.error.issues.map((issue) => complaintAbout(where, issue)));
    return undefined;
  };
  const input = {
    params: check('path', endpoint.params, event.pathParameters ?? {}),
    query: check('query', endpoint.query, query),
    body: endpoint.body && check('body', endpoint.body, readJson(event)),
    idempotencyKey: event.headers['idempotency-key'],
  };
  if (input.idempotencyKey !== undefined && !IDEMPOTENCY_KEY.test(input.idempotencyKey)) {
    complaints.push({ at: 'header Idempotency-Key', problem: 'must be 1 to 128 visible ASCII characters' });
  }
  if (complaints.length > 0) {
    throw new Problem(422, 'The request cannot be done as it was sent.', { complaints });
  }
  return input;
}

/** What is wrong, without the value that is: it may be secret. */
function complaintAbout(where: string, issue: z.core.$ZodIssue): Complaint {
  const at = [where, ...issue.path.map(String)].join('.');
  if (issue.code === 'unrecognized_keys') return { at, problem: 'holds names that are not known here' };
  return { at, problem: issue.message };
}

function readJson({ body, isBase64Encoded }: APIGatewayProxyEventV2): unknown {
  const text = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8').toString('utf8');
  const json = parseJson(text);
  if (json === undefined) throw new Problem(400, 'The body must be JSON.');
  return json;
}
