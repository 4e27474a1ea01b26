import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** The address that every complaint quotes. */
export const QUOTED_ADDRESS = 'canary.birdwell@private.example';

/** A CRM whose complaints say too much. */
export type QuotingCrm = {
  url: string;
  /** The passwords that it was sent and quoted. */
  passwords(): string[];
  /** Has it refuse to write to this contact, which is given back. */
  refused(contact: string): string;
  close(): Promise<void>;
};

/**
 * Stands before a CRM. It fails every list, and refuses to write to some contacts, each time with a complaint
 * that quotes the whole request.
 */
export async function startQuotingCrm(crm: string): Promise<QuotingCrm> {
  const passwords: string[] = [];
  const refused = new Set<string>();
  const server = createServer(async (incoming, outgoing) => {
    const { method = '', url = '' } = incoming;
    const token = String(incoming.headers['api-token']);
    const body = await text(incoming);
    const isList = method === 'GET' && url.includes('?');
    const isRefused = method === 'PUT' && refused.has(url.split('/').at(-1) ?? '');
    if (!isList && !isRefused) {
      const headers = { 'api-token': token, 'content-type': 'application/json' };
      const answer = await fetch(crm + url, { method, headers, ...(method !== 'GET' && { body }) });
      outgoing.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
      return;
    }
    const value = /"value":"([^"]+)"/.exec(body)?.[1];
    if (value) passwords.push(value);
    const title = `'${value}' of ${QUOTED_ADDRESS} is refused (${token}): ${body}`;
    outgoing.writeHead(isList ? 500 : 422).end(JSON.stringify({ errors: [{ title }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passwords: () => passwords,
    refused: (contact: string) => {
      refused.add(contact);
      return contact;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
