import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { functionsIn } from '../outputs.ts';
import { type Check, type ChecksOf, inAws, ok, trouble } from './check.ts';

/** Each function: that it is there, and that its last update went well. */
export const checksOf: ChecksOf = (subject) =>
  [...functionsIn(subject.place.outputs)].map(([name, functionName]) =>
    inAws(subject, functionCheck(name, functionName)),
  );

const functionCheck = (name: string, FunctionName: string): Check => ({
  name: `function ${name}`,
  run: async (abortSignal) => {
    const client = new LambdaClient();
    const asked = client.send(new GetFunctionConfigurationCommand({ FunctionName }), { abortSignal });
    const { State, StateReason, LastUpdateStatus, LastUpdateStatusReason } = await asked.finally(() =>
      client.destroy(),
    );
    if (State !== 'Active')
      return trouble(`is ${State}${because(StateReason)}`, 'Wait a minute, then deploy again.');
    if (LastUpdateStatus !== 'Successful')
      return trouble(
        `its last update is ${LastUpdateStatus}${because(LastUpdateStatusReason)}`,
        'Wait a minute, then deploy again.',
      );
    return ok('is active');
  },
});

const because = (reason: string | undefined): string => (reason ? `: ${reason}` : '');
