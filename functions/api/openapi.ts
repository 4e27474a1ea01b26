import * as z from 'zod/mini';
import type { Problem } from '../http/problem.ts';
import type { Endpoint } from './endpoint.ts';
import { endpoints } from './endpoints.ts';

/** Problems that any endpoint may answer. */
const COMMON: Partial<Record<Problem['status'], string>> = {
  400: 'The body is not JSON.',
  401: 'The API key is missing or wrong.',
  413: 'The body is larger than 256 kB.',
  422: 'Something in the request is not valid; `problems` names all of it.',
  503: 'Not possible now; `Retry-After` says when to ask again.',
};

const problemSchema = z
  .object({
    status: z.int(),
    title: z.string(),
    detail: z.string(),
    problems: z.array(z.object({ at: z.string(), problem: z.string() })),
  })
  .check(z.meta({ id: 'Problem', description: 'What is wrong, and how to mend it (RFC 9457)' }));

type Json = Record<string, unknown>;

/** The site API as an OpenAPI 3.1 document, made from the schemas that check its requests. */
export function openApiDocument(): Json {
  const components: Json = {};
  const paths: Record<string, Json> = {};
  for (const endpoint of endpoints as readonly Endpoint[]) {
    paths[endpoint.path] = {
      ...paths[endpoint.path],
      [endpoint.method.toLowerCase()]: operationOf(endpoint, components),
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Latchkey site API',
      version: '1',
      description:
        'For membership sites: is this member current, what may it see, is this the password. Call it from your ' +
        'server, never from a browser: whoever has the key reads and creates members.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ apiKey: [] }],
    paths,
    components: {
      schemas: components,
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function operationOf(endpoint: Endpoint, components: Json): Json {
  const { path, method, summary, description, params, query, body, answer, problems } = endpoint;
  return {
    operationId:
      `${method.toLowerCase()}${path.replace(/^\/v1/, '').replaceAll(/[^a-zA-Z]+(\w)/g, (_, letter) => letter.toUpperCase())}`.replace(
        /\W+$/,
        '',
      ),
    summary,
    description,
    parameters: [...parametersIn('path', params, components), ...parametersIn('query', query, components)],
    ...(body && { requestBody: { required: true, content: jsonOf(body, 'input', components) } }),
    responses: {
      200: { description: 'Done.', content: jsonOf(answer, 'output', components) },
      ...Object.fromEntries(
        Object.entries({ ...COMMON, ...problems }).map(([status, description]) => [
          status,
          {
            description,
            content: { 'application/problem+json': schemaOf(problemSchema, 'output', components) },
          },
        ]),
      ),
    },
  };
}

type Direction = 'input' | 'output';

const jsonOf = (schema: z.ZodMiniType, io: Direction, components: Json): Json => ({
  'application/json': schemaOf(schema, io, components),
});

const schemaOf = (schema: z.ZodMiniType, io: Direction, components: Json): Json => ({
  schema: jsonSchema(schema, io, components),
});

function parametersIn(where: 'path' | 'query', schema: z.ZodMiniType | undefined, components: Json): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input', components) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    ...{ name, in: where, required: required.includes(name) },
    ...(description !== undefined && { description }),
    schema: rest,
  }));
}

/** A schema in the words of JSON Schema; parts that have a name of their own go to the components. */
function jsonSchema(schema: z.ZodMiniType, io: Direction, components: Json): Json {
  const { $schema, $defs = {}, ...own } = z.toJSONSchema(schema, { io }) as Json & { $defs?: Json };
  Object.assign(components, pointAtComponents($defs));
  return pointAtComponents(own) as Json;
}

const pointAtComponents = (json: Json): Json =>
  JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/'));
