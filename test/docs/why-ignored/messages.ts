import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const FUNCTIONS = resolve(import.meta.dirname, '../../../functions');

/** Where webhooks are refused and their jobs rejected; what only the site API says has its own document. */
const PLACES = [
  ...[
    'receive.ts',
    'commands',
    'crm',
    'jobs',
    'members',
    'operations',
    'payments',
    'relay',
    'teams',
    'webhooks',
  ],
];

/** Files whose refusals no webhook meets, and who does. */
const OF_OTHERS: Record<string, string> = {
  'teams/contact-to-join.ts': 'the site API',
  'teams/transfer-leadership.ts': 'the site API',
  'jobs/replay.ts': 'latchkey replay',
  'crm/kit/hooks.ts': 'latchkey webhooks',
  'crm/active-campaign/imports.ts': 'latchkey import',
  'members/forget-contact.ts': 'latchkey forget',
};

const REFUSAL = /new (?:Rejected|TeamRule|NoSuchTeam|Gone|Problem|WrongSignature)\(\s*(?:\d+,\s*)?/g;

/** Text in quotes; or a template, whose expressions may have simple templates in them. */
const LITERAL =
  /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:\\.|\$\{(?:`(?:\$\{[^{}`]*\}|[^`{}])*`|\{[^{}]*\}|[^{}`])*\}|[^`\\])*)`/y;
const PLUS = /\s*\+\s*/y;
const EXPRESSION = /\$\{(?:`(?:\$\{[^{}`]*\}|[^`{}])*`|\{[^{}]*\}|[^{}`])*\}|\\`[^`]*`/g;

/** A refusal as the code has it, `…` standing for every expression and for what stands in code marks. */
export type Message = { file: string; words: string };

/** Every refusal whose words stand where it is made. Others are made of what a function or a table gives. */
export const messages = (): Message[] =>
  sources().flatMap((file) => {
    const text = readFileSync(join(FUNCTIONS, file), 'utf8');
    return [...text.matchAll(REFUSAL)].flatMap(({ index, 0: start }) => {
      const words = literalAt(text, index + start.length);
      return words === '' ? [] : [{ file, words }];
    });
  });

function literalAt(text: string, from: number): string {
  let [words, at] = ['', from];
  for (;;) {
    LITERAL.lastIndex = at;
    const [whole, single, double, template] = LITERAL.exec(text) ?? [];
    if (whole === undefined) return words.replaceAll(/`[^`]*`/g, '…');
    words += single ?? double ?? template?.replaceAll(EXPRESSION, '…') ?? '';
    PLUS.lastIndex = at + whole.length;
    at = PLUS.test(text) ? PLUS.lastIndex : text.length;
  }
}

const sources = (): string[] =>
  PLACES.flatMap((place) =>
    place.endsWith('.ts')
      ? [place]
      : readdirSync(join(FUNCTIONS, place), { recursive: true, encoding: 'utf8' })
          .filter((file) => file.endsWith('.ts'))
          .map((file) => join(place, file)),
  ).filter((file) => !(file in OF_OTHERS));
