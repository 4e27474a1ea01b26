import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Problem } from '../http/problem.ts';
import { parseJson } from '../platform/parse-json.ts';

/** The largest body that is read. CRMs send a few kB; a cap ahead of parsing ends every hostile body. */
export const MAX_BODY_BYTES = 256 * 1024;

/** A body as it was understood: flat names with text, or a JSON document. */
export type Body = { form: URLSearchParams } | { json: unknown };

/** Refuses a body that is too large, before anything looks at it. */
export function refuseLargeBody({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): void {
  const bytes = Buffer.byteLength(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes > MAX_BODY_BYTES) {
    throw new Problem(
      413,
      `The body is larger than ${MAX_BODY_BYTES / 1024} kB: send fewer fields or contacts.`,
    );
  }
}

/** The bytes of a body as they were sent. */
export function bytesOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Buffer {
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
}

/**
 * Decodes and parses a body. Senders name content types wrongly or not at all, so the type only decides what
 * is tried first.
 * @throws Problem 400 where it is none of form, JSON and multipart
 */
export async function readBody(event: APIGatewayProxyEventV2): Promise<Body> {
  const bytes = bytesOf(event);
  const text = bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trim();
  if (text === '') return { form: new URLSearchParams() };

  const boundary = boundaryOf(event.headers['content-type'], text);
  if (boundary) return { form: await parseMultipart(bytes, boundary) };
  if (/^[[{]/.test(text)) {
    const json = parseJson(text);
    if (json !== undefined) return { json };
  }
  if (/^[^[{<].*=/s.test(text)) return { form: new URLSearchParams(text) };
  throw new Problem(
    400,
    'The body is neither form fields, JSON nor multipart: check what the sender is set to send.',
  );
}

/** As {@link readBody}; but what cannot be read says nothing, since it is for somebody else to understand. */
export async function readAnyBody(event: APIGatewayProxyEventV2): Promise<Body> {
  try {
    return await readBody(event);
  } catch (error) {
    if (error instanceof Problem) return { form: new URLSearchParams() };
    throw error;
  }
}

/** The boundary of a multipart body: as declared, else as its first line shows. */
function boundaryOf(contentType: string | undefined, text: string): string | undefined {
  const declared = contentType?.match(/^multipart\/form-data;.*boundary="?([^";,\s]{1,70})"?/i)?.[1];
  if (declared && text.startsWith(`--${declared}`)) return declared;
  return text.match(/^--([^\s"]{1,70})\r?\ncontent-disposition:/i)?.[1];
}

/** Parsed by the platform's own fetch parser; it is loaded for the rare sender that needs it. */
async function parseMultipart(bytes: Buffer, boundary: string): Promise<URLSearchParams> {
  const form = new URLSearchParams();
  try {
    const response = new Response(new Uint8Array(bytes), {
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    });
    for (const [name, value] of await response.formData())
      if (typeof value === 'string') form.append(name, value);
  } catch {
    throw new Problem(400, 'The multipart body cannot be read: its parts or its boundary are broken.');
  }
  return form;
}
