import { runInNewContext } from 'node:vm';

/** Code that stands in a document, by its language. */
export const codeBlocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code]) => code ?? '');

/** A part of a config that a document shows, such as `operations: { … }`. */
export const shownConfig = (code: string): Record<string, unknown> =>
  JSON.parse(JSON.stringify(runInNewContext(`({${code}})`)));

/** A `curl` that a document shows, and the JSON that it says comes back. */
export type Call = { url: string; init: RequestInit; answer: unknown };

/**
 * The calls that a document shows, each with the block of JSON that follows.
 * @param variables what the reader has put into the shell
 */
export function shownCalls(text: string, variables: Record<string, string>): Call[] {
  const pairs = text.matchAll(/^```sh\n(curl .*?)^```\n\n```json\n(.*?)^```/gms);
  return [...pairs].map(([, command = '', json = '']) => ({
    ...callOf(command, variables),
    answer: JSON.parse(json),
  }));
}

function callOf(command: string, variables: Record<string, string>): Omit<Call, 'answer'> {
  const words = [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, quoted, expanded, plain]) =>
    quoted !== undefined ? quoted : expand(expanded ?? plain ?? '', variables),
  );
  const headers: Record<string, string> = {};
  let [url, body, method]: (string | undefined)[] = [];
  for (let index = 1; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '-H') {
      const [, name = '', value = ''] = /^([^:]+): (.*)$/.exec(words[++index] ?? '') ?? [];
      headers[name] = value;
    } else if (word === '-d') body = words[++index];
    else if (word === '-X') method = words[++index];
    else url = word;
  }
  if (!url?.startsWith('http')) throw new Error(`no address in: ${command}`);
  const init = body === undefined ? {} : { body: headers['Content-Type'] ? body : new URLSearchParams(body) };
  return { url, init: { method: method ?? (body === undefined ? 'GET' : 'POST'), headers, ...init } };
}

function expand(word: string, variables: Record<string, string>): string {
  return word.replace(/\$(\w+)/g, (_, name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`$${name} is put nowhere`);
    return value;
  });
}
