import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ActiveCampaignSimulator } from '../../../local/crm-simulators/active-campaign.ts';
import type { CrmSimulator } from '../../../local/crm-simulators/crm-simulator.ts';
import type { KeapSimulator } from '../../../local/crm-simulators/keap.ts';

// biome-ignore lint/suspicious/noExplicitAny: an answer is what the assertions are about, so nothing is assumed of it
export type Answer = { status: number; headers: Headers; body: any };

type Call = (method: string, path: string, body?: unknown) => Promise<Answer>;

const caller =
  (api: string, credential: Record<string, string>): Call =>
  async (method, path, body) => {
    const response = await fetch(`${api}${path}`, {
      method,
      headers: { ...credential, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json';
    const parsed = isJson && text !== '' ? JSON.parse(text) : text;
    return { status: response.status, headers: response.headers, body: parsed };
  };

/** Calls ActiveCampaign's API as a client would. */
export const clientOf = (crm: ActiveCampaignSimulator, token = crm.token): Call =>
  caller(`${crm.url}/api/3`, { 'Api-Token': token });

/** Calls Kit's API as a client would. */
export const kitClientOf = ({ url, credentials }: CrmSimulator, token = credentials.token ?? ''): Call =>
  caller(url, { 'X-Kit-Api-Key': token });

/** Calls Keap's API as a client would; paths begin with the API's version. */
export const keapClientOf = (
  { url, token }: Pick<KeapSimulator, 'url' | 'token'>,
  credential: Record<string, string> = { 'X-Keap-API-Key': token },
): Call => caller(`${url}/crm/rest`, credential);

/** A clock that stands still until it is moved. */
export function handClock(start = Date.parse('2026-07-17T12:00:00Z')) {
  let time = start;
  return {
    now: () => time,
    advance: (ms: number) => {
      time += ms;
    },
  };
}

/** A webhook receiver that keeps what it was sent and answers as told. */
export async function receiver(
  answer: (response: ServerResponse, form: URLSearchParams, headers: IncomingHttpHeaders) => void,
) {
  const bodies: string[] = [];
  const forms: URLSearchParams[] = [];
  const contentTypes: (string | undefined)[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    bodies.push(text);
    const form = new URLSearchParams(text);
    forms.push(form);
    contentTypes.push(request.headers['content-type']);
    answer(response, form, request.headers);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/?aal_updateuser=a-handshake`,
    bodies,
    forms,
    contentTypes,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
