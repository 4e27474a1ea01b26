import { runCli } from '../../cli/run-cli.ts';

/** What a person sees of a command, and what they are asked. */
export type Seen = { code: number; out: string; err: string; questions: string[] };

/** Runs the `latchkey` command in this process and gives what a person would see. */
export const latchkey = (...args: string[]): Promise<Seen> => latchkeyAnswered('', ...args);

/** The same, by a person who answers every question for a secret with this. */
export async function latchkeyAnswered(answer: string, ...args: string[]): Promise<Seen> {
  const seen = { out: '', err: '', questions: [] as string[] };
  const code = await runCli(args, {
    out: (text) => {
      seen.out += text;
    },
    err: (text) => {
      seen.err += text;
    },
    askSecret: async (question) => {
      seen.questions.push(question);
      return answer;
    },
    untilStopped: () => new AbortController().signal,
  });
  return { code, ...seen };
}
