import * as z from 'zod/mini';
import { Rejected, Unavailable } from '../platform/errors.ts';
import { type CrmRequest, requestCrm } from './request.ts';
import type { Turns } from './turns.ts';

type ApiOptions = {
  /** What people call the CRM, for errors. */
  name: string;
  /** The API's address, to which paths are added. */
  base: string;
  /** What authorizes its requests. */
  headers: Record<string, string>;
  pace: Turns;
  /** How long to wait after a 429, in ms, where the CRM says it in other words than `Retry-After`. */
  retryAfterMs?: (headers: Headers) => number | undefined;
};

type Method = CrmRequest['method'];

/** A CRM's HTTP API as its client sees it: paths and bodies in, checked answers out, the pace kept. */
export class CrmApi {
  readonly #options: ApiOptions;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  /**
   * Reads something.
   * @returns undefined where the CRM has nothing there (404)
   * @throws what `requestCrm` throws, and Unavailable where the answer is not as documented
   */
  async get<Schema extends z.ZodMiniType>(
    path: string,
    schema: Schema,
  ): Promise<z.output<Schema> | undefined> {
    const answer = await this.#request('GET', path);
    return answer === undefined ? undefined : this.#read(`GET ${path}`, answer, schema);
  }

  /**
   * Writes something.
   * @returns the answer's JSON; undefined where what should change is not there (404)
   */
  async write(method: Method, path: string, body?: object): Promise<unknown> {
    return this.#request(method, path, body);
  }

  /**
   * Writes something that must exist.
   * @throws Rejected where it does not
   */
  async send<Schema extends z.ZodMiniType = z.ZodMiniUnknown>(
    method: Method,
    path: string,
    body: object,
    schema?: Schema,
  ): Promise<z.output<Schema>> {
    const answer = await this.#request(method, path, body);
    const what = `${method} ${path.split('?')[0]}`;
    if (answer === undefined)
      throw new Rejected(`${what}: ${this.#options.name} knows no such contact, tag, field or automation`);
    return schema ? this.#read(what, answer, schema) : (answer as z.output<Schema>);
  }

  #request(method: Method, path: string, body?: object): Promise<unknown> {
    const { base, headers, pace, retryAfterMs } = this.#options;
    const request = { method, url: new URL(base + path), headers, ...(body && { body }) };
    return requestCrm(pace, { ...request, ...(retryAfterMs && { retryAfterMs }) });
  }

  #read<Schema extends z.ZodMiniType>(what: string, answer: unknown, schema: Schema): z.output<Schema> {
    const result = z.safeParse(schema, answer);
    if (result.success) return result.data;
    const at = result.error.issues[0]?.path.join('.');
    throw new Unavailable(
      `${this.#options.name}'s answer to ${what.split('?')[0]} is not as documented, at ${at}`,
    );
  }
}
