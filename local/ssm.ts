import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { ACCOUNT_ID, REGION } from './endpoints.ts';
import { close, listen } from './http-server.ts';

/** A stand-in for the Parameter Store of SSM: as much of it as a function reads. */
export interface ParameterStore {
  endpoint: string;
  /** Name → value; a test may change it while functions run. */
  values: Map<string, string>;
  /** Requests by operation, such as GetParameter. */
  requests: Record<string, number>;
  stop(): Promise<void>;
}

/** An error as SSM answers it: status 400, the name under `__type`. */
class SsmError extends Error {
  readonly type: string;
  constructor(type: string, message = '') {
    super(message);
    this.type = type;
  }
}

type Operation = (input: Record<string, unknown>, values: Map<string, string>) => object;

const OPERATIONS: Record<string, Operation> = {
  GetParameter({ Name }, values) {
    const Parameter = describe(String(Name), values);
    if (!Parameter) throw new SsmError('ParameterNotFound');
    return { Parameter };
  },
  GetParameters({ Names }, values) {
    const found = (Names as string[]).map((name) => ({ name, parameter: describe(name, values) }));
    return {
      Parameters: found.flatMap(({ parameter }) => parameter ?? []),
      InvalidParameters: found.flatMap(({ name, parameter }) => (parameter ? [] : name)),
    };
  },
  PutParameter({ Name, Value, Overwrite }, values) {
    if (values.has(String(Name)) && Overwrite !== true) {
      throw new SsmError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    }
    values.set(String(Name), String(Value));
    return { Tier: 'Standard', Version: 1 };
  },
};

const describe = (name: string, values: Map<string, string>) => {
  const Value = values.get(name);
  const ARN = `arn:aws:ssm:${REGION}:${ACCOUNT_ID}:parameter/${name.replace(/^\//, '')}`;
  return Value === undefined
    ? undefined
    : { Name: name, Type: 'SecureString', Value, Version: 1, ARN, DataType: 'text' };
};

/**
 * Starts the stand-in on a free port.
 * @param parameters what it holds from the start, by name
 */
export async function startParameterStore(parameters: Record<string, string> = {}): Promise<ParameterStore> {
  const values = new Map(Object.entries(parameters));
  const requests: Record<string, number> = {};
  const server = createServer((request, response) => void answer(request, response, values, requests));
  const endpoint = await listen(server, 0);
  return { endpoint, values, requests, stop: () => close(server) };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  values: Map<string, string>,
  requests: Record<string, number>,
): Promise<void> {
  const send = (status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  };
  const name = String(request.headers['x-amz-target']).replace('AmazonSSM.', '');
  requests[name] = (requests[name] ?? 0) + 1;
  try {
    const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
    if (!operation)
      throw new SsmError('UnknownOperationException', `the stand-in for SSM does not know ${name}`);
    send(200, operation(JSON.parse(await text(request)), values));
  } catch (cause) {
    if (cause instanceof SsmError) send(400, { __type: cause.type, message: cause.message });
    else send(400, { __type: 'SerializationException', message: String(cause) });
  }
}
