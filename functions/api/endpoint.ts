import type * as z from 'zod/mini';
import type { CrmCalls } from '../crm/calls.ts';
import type { Patience } from '../crm/pace.ts';
import type { Problem } from '../http/problem.ts';
import type { Site } from '../platform/config.ts';

/** A request to the site API, authorized and checked. */
export type ApiRequest<Params, Query, Body> = {
  site: Site;
  params: Params;
  query: Query;
  body: Body;
  /** When API Gateway took it, in ms since 1970. */
  arrivedAt: number;
  /** The `Idempotency-Key` header: a repeat of a request that may have been done carries the same. */
  idempotencyKey: string | undefined;
  /** What the invocation has left, in ms. */
  remainingMs: Patience['remainingMs'];
  /** Where requests to the CRM are noted. */
  calls: CrmCalls;
};

/** What an endpoint answers; `log` goes into the line of the request and never holds personal data. */
export type ApiAnswer<Body> = { body: Body; log?: Record<string, string> };

/** An endpoint of the site API: all that routing, checking, documenting and answering it needs. */
export type Endpoint<
  Params extends z.ZodMiniType = z.ZodMiniType,
  Query extends z.ZodMiniType = z.ZodMiniType,
  Body extends z.ZodMiniType = z.ZodMiniType,
  Answer extends z.ZodMiniType = z.ZodMiniType,
> = {
  method: 'GET' | 'POST' | 'DELETE';
  /** As API Gateway writes it: `/v1/members/{contactId}`. */
  path: `/v1/${string}`;
  /** One line: what it does. */
  summary: string;
  /** What more a site's developer has to know. */
  description: string;
  /** The names in the path. */
  params?: Params;
  query?: Query;
  body?: Body;
  /** What a 200 answer holds. */
  answer: Answer;
  /** Statuses of problems beyond those that every endpoint has, and when they come. */
  problems: Partial<Record<Problem['status'], string>>;
  handle(
    request: ApiRequest<z.output<Params>, z.output<Query>, z.output<Body>>,
  ): Promise<ApiAnswer<z.output<Answer>>>;
};

/** Gives the endpoint back, with the types of its parts known. */
export function defineEndpoint<
  Params extends z.ZodMiniType = z.ZodMiniType<undefined>,
  Query extends z.ZodMiniType = z.ZodMiniType<undefined>,
  Body extends z.ZodMiniType = z.ZodMiniType<undefined>,
  Answer extends z.ZodMiniType = z.ZodMiniType,
>(endpoint: Endpoint<Params, Query, Body, Answer>): Endpoint<Params, Query, Body, Answer> {
  return endpoint;
}

/** What API Gateway calls an endpoint's route. */
export const routeKeyOf = ({ method, path }: Pick<Endpoint, 'method' | 'path'>): string =>
  `${method} ${path}`;
