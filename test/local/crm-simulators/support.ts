import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ActiveCampaignSimulator } from '../../../local/crm-simulators/active-campaign.ts';

// biome-ignore lint/suspicious/noExplicitAny: an answer is what the assertions are about, so nothing is assumed of it
export type Answer = { status: number; headers: Headers; body: any };

/** Calls the simulator's API as a client would. */
export const clientOf =
  (crm: ActiveCampaignSimulator, token = crm.token) =>
  async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`${crm.url}/api/3${path}`, {
      method,
      headers: { 'Api-Token': token, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };

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

/** A webhook receiver that keeps the forms it was sent and answers as told. */
export async function receiver(answer: (response: ServerResponse, form: URLSearchParams) => void) {
  const forms: URLSearchParams[] = [];
  const contentTypes: (string | undefined)[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const form = new URLSearchParams(text);
    forms.push(form);
    contentTypes.push(request.headers['content-type']);
    answer(response, form);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/?aal_updateuser=a-handshake`,
    forms,
    contentTypes,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
