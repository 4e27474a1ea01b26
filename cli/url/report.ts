import type { GeneratedWebhook } from '../../functions/generator/generate.ts';

/** The commands, each with what it does. */
export function listCommands(commands: readonly { name: string; summary: string }[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return commands.map(({ name, summary }) => `${name.padEnd(width)}  ${summary}\n`).join('');
}

/** A webhook, for the person who sets it up. */
export const reportUrl = ({ method, url, body, contentType, steps }: GeneratedWebhook): string =>
  [
    `${method} to\n\n  ${url}\n\n`,
    body === undefined ? '' : `Body, as ${contentType}\n\n${indented(body)}\n\n`,
    ...steps.map((step, index) => `${index + 1}. ${step}\n`),
  ].join('');

const indented = (text: string): string => text.trimEnd().replaceAll(/^/gm, '  ');
