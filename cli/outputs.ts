import type { Place } from './place.ts';

type Outputs = Place['outputs'];

/** The values of all outputs whose name ends so, by what stands before it: `BatchSync…` is `batch-sync`. */
function allEnding(outputs: Outputs, ending: string): Map<string, string> {
  const found = Object.entries(outputs).filter(([name]) => name.endsWith(ending));
  return new Map(found.map(([name, value]) => [kebabCase(name.slice(0, -ending.length)), value]));
}

const kebabCase = (name: string): string => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();

const DEAD_LETTER = '-dead-letter';

/** The URLs of the queues that functions work off, by name. */
export const queuesIn = (outputs: Outputs): Map<string, string> =>
  new Map([...allEnding(outputs, 'QueueUrl')].filter(([name]) => !name.endsWith(DEAD_LETTER)));

/** The URLs of the queues of dead letters, by the name of the queue that they come from. */
export const deadLettersIn = (outputs: Outputs): Map<string, string> =>
  allEnding(outputs, 'DeadLetterQueueUrl');

/** The names of the functions, by their files. */
export const functionsIn = (outputs: Outputs): Map<string, string> => allEnding(outputs, 'FunctionName');

/** The names of the functions' log groups, by their files. */
export const logGroupsIn = (outputs: Outputs): Map<string, string> => allEnding(outputs, 'LogGroupName');
