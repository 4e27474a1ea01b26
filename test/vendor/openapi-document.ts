import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';

/** A request as it went over the wire. */
export type SentRequest = {
  method: string;
  /** From the API's address on, with the query. */
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
};

type Parameter = { name: string; in: string; schema: AnySchemaObject };
type Operation = {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: AnySchemaObject }> };
};
type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: Record<string, { in: string; name: string }> };
};

/** A request's kind, and the exceptions that it needs, by their names. */
export type Judged = { kind: string; exceptions: string[] };

/** Holds requests against a vendor's OpenAPI document. */
export class OpenApiDocument {
  /** Exceptions that no request has needed yet. */
  readonly unused: Set<string>;
  readonly #document: Document;
  readonly #exceptions: ReadonlySet<string>;
  readonly #ajv = new Ajv2020({ strict: false });

  /**
   * @param exceptions what is sent though it is not in the document, or not as it is there: `GET /path` for an
   *   operation, `GET /path?name` for a parameter of a query
   */
  constructor(document: object, exceptions: ReadonlySet<string>) {
    this.#document = document as Document;
    this.#exceptions = exceptions;
    this.unused = new Set(exceptions.keys());
    this.#ajv.addFormat('int32', { type: 'number', validate: Number.isInteger });
    this.#ajv.addFormat('date', /^\d{4}-\d{2}-\d{2}$/);
  }

  /** @throws where the request is neither valid by the document nor a known exception */
  judge({ method, path, headers, body }: SentRequest): Judged {
    const { pathname, searchParams } = new URL(path, 'http://vendor');
    const template = this.#templateOf(pathname, method);
    const operation = this.#document.paths[template]?.[method.toLowerCase()];
    const kind = `${method} ${template}`;
    if (!operation)
      return { kind, exceptions: [this.#except(kind, 'the document has no such path and method')] };
    this.#checkHeaders(kind, headers, body);
    this.#checkPath(kind, template, pathname, operation);
    this.#checkBody(kind, operation, body);
    return { kind, exceptions: this.#checkQuery(kind, operation, searchParams) };
  }

  /** The template of the document that fits; where none does, the path with `{id}` for its numbers. */
  #templateOf(pathname: string, method: string): string {
    const fits = (template: string): boolean =>
      new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname);
    const templates = Object.entries(this.#document.paths).filter(
      ([, methods]) => method.toLowerCase() in methods,
    );
    const exact =
      templates.find(([template]) => template === pathname) ?? templates.find(([each]) => fits(each));
    return exact?.[0] ?? pathname.replaceAll(/\/\d+(?=\/|$)/g, '/{id}');
  }

  #checkHeaders(kind: string, headers: SentRequest['headers'], body: string): void {
    const credentials = Object.values(this.#document.components.securitySchemes);
    const isAuthorized = credentials.some(({ name }) => headers[name.toLowerCase()]);
    if (!isAuthorized) throw new Error(`${kind} has none of the document's credentials`);
    if (body !== '' && headers['content-type'] !== 'application/json') {
      throw new Error(`${kind} has a body, and says it is ${headers['content-type']}`);
    }
  }

  #checkPath(kind: string, template: string, pathname: string, operation: Operation): void {
    const values = pathname.split('/');
    for (const [index, segment] of template.split('/').entries()) {
      const parameter = operation.parameters?.find(
        ({ in: place, name }) => place === 'path' && segment === `{${name}}`,
      );
      if (parameter) this.#checkValue(kind, parameter, values[index] ?? '');
    }
  }

  #checkQuery(kind: string, operation: Operation, query: URLSearchParams): string[] {
    return [...new Set(query.keys())].flatMap((name) => {
      const key = `${kind}?${name}`;
      const parameter = operation.parameters?.find((each) => each.in === 'query' && each.name === name);
      if (!parameter || this.#exceptions.has(key)) {
        return this.#except(key, 'the document has no such parameter');
      }
      for (const value of query.getAll(name)) this.#checkValue(kind, parameter, value);
      return [];
    });
  }

  #checkBody(kind: string, { requestBody }: Operation, body: string): void {
    const schema = requestBody?.content['application/json']?.schema;
    if (!schema) {
      if (body !== '') throw new Error(`${kind} has a body, and the document has none`);
      return;
    }
    this.#validate(`the body of ${kind}`, closed(schema), JSON.parse(body));
  }

  #checkValue(kind: string, { name, schema }: Parameter, value: string): void {
    this.#validate(`${name} of ${kind}`, schema, schema.type === 'integer' ? Number(value) : value);
  }

  #validate(what: string, schema: AnySchemaObject, value: unknown): void {
    if (this.#ajv.validate(schema, value)) return;
    throw new Error(`${what} is not valid: ${this.#ajv.errorsText()}`);
  }

  #except(key: string, otherwise: string): string {
    if (!this.#exceptions.has(key)) throw new Error(`${key}: ${otherwise}`);
    this.unused.delete(key);
    return key;
  }
}

/** A schema that takes no member which it does not name, so that a misspelt one is found. */
function closed(schema: AnySchemaObject): AnySchemaObject {
  if (!schema.properties) return schema;
  const members = Object.entries<AnySchemaObject>(schema.properties).map(([name, each]) => [
    name,
    closed(each),
  ]);
  return { ...schema, properties: Object.fromEntries(members), additionalProperties: false };
}
