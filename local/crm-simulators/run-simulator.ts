import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Account } from './account/account.ts';
import type { Automation } from './account/automation.ts';
import { ContactsAccess } from './account/contacts-access.ts';
import { type SeededFields, seedContacts } from './account/seed.ts';
import { type ApiOptions, apiListener } from './api-listener.ts';
import { about, controlRoutes } from './control.ts';
import { controlListener } from './control-listener.ts';
import type { CrmSimulator } from './crm-simulator.ts';
import { listen, sendJson } from './http-server.ts';
import { RequestCounter } from './request-counter.ts';
import type { Routes } from './router.ts';

/** The parts of which a CRM's simulator is put together. */
export type SimulatorParts = {
  /** The CRM's name, for people. */
  name: string;
  /** 0 for any free one. */
  port: number;
  account: Account;
  fields: SeededFields;
  automation: Automation;
  api: Omit<ApiOptions, 'routes' | 'requests'> & {
    /** How a caller shows who it is, for people: a header's name. */
    header: string;
    /** @param url the server's own address, without the API's path. */
    routes(url: string): Routes;
  };
  /** What the site's SSM parameter holds. @param url the server's own address. */
  credentials(url: string): { url: string; token: string } & Record<string, string>;
  /** Called when nothing can reach the account any more: applies and writes what waits. */
  finish(): Promise<void>;
};

/** Starts a simulator: the API, the control surface beside it, the account behind it. Rejects when the port is taken. */
export async function runSimulator(parts: SimulatorParts): Promise<CrmSimulator> {
  const { name, account, fields, automation, api } = parts;
  const requests = new RequestCounter();
  const control = controlListener(controlRoutes(automation), about(name, api.path, api.header));
  let answerApi: (request: IncomingMessage, response: ServerResponse) => Promise<void>;

  const server = await listen((request, response) => {
    const answer = request.url?.startsWith(`${api.path}/`) ? answerApi : control;
    answer(request, response).catch((error: unknown) => {
      // The caller left in the middle of its body, or a fault of the simulator's own: that one must be seen.
      if (request.errored !== null || response.headersSent) return;
      console.error(`the ${name} simulator failed`, error);
      sendJson(response, 500, { message: 'The simulator failed' });
    });
  }, parts.port);
  answerApi = apiListener({ ...api, routes: api.routes(server.url), requests });

  const credentials = parts.credentials(server.url);
  return {
    url: credentials.url,
    credentials,
    requests,
    contacts: new ContactsAccess(account),
    faults: api.faults,
    automation,
    rateLimit: api.rateLimit,
    seedContacts: (count) => seedContacts(account, fields, count),
    close: async () => {
      automation.stop();
      await server.close();
      await parts.finish();
    },
  };
}
