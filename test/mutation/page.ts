import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { schema } from '@stryker-mutator/api/core';
import { AREAS, type AreaName } from './areas.ts';
import survivors from './survivors.json' with { type: 'json' };

/** What each area has to reach, in percent. */
const LEAST_SCORE = 85;

/** An argument for a fault that no test finds: where it is, what it puts in place of what, and why nobody notices. */
type Argued = { file: string; code: string; becomes: string; why: string };

/** A fault that was put in, and what became of it. */
type Fault = { file: string; line: number; code: string; becomes: string; status: schema.MutantStatus };

const root = new URL('../../', import.meta.url);

/** Where an area's report lies, from the repository's root. */
export const reportOf = (area: AreaName): string => `reports/mutation/${area}.json`;

/**
 * Writes docs/mutation-testing.md from the last report of each area.
 * @returns what is wrong: an area without a report or below its score, a survivor without an argument, an argument
 *   for what a test finds, or for what is not there any more
 */
export function writePage(): string[] {
  const areas = Object.keys(AREAS) as AreaName[];
  const missing = areas.filter((area) => !existsSync(new URL(reportOf(area), root)));
  if (missing.length > 0) return [`no page is written: there is no report of ${missing.join(', ')}`];
  const sections = areas.map((area) => ({ title: AREAS[area].title, faults: faultsIn(area) }));
  writeFileSync(new URL('docs/mutation-testing.md', root), pageOf(sections));

  const alive = sections.flatMap(({ faults }) => faults.filter(isAlive));
  // What only time found may survive another day.
  const unfound = sections.flatMap(({ faults }) => faults.filter(({ status }) => status !== 'Killed'));
  return [
    ...sections
      .filter(({ faults }) => scoreOf(faults) < LEAST_SCORE)
      .map(({ title, faults }) => `${title}: ${percent(faults)} is below ${LEAST_SCORE} %`),
    ...alive
      .filter((fault) => !whyAlive(fault))
      .map(
        ({ file, line, code, becomes }) =>
          `${file}:${line} survives without an argument: ${code} → ${becomes}`,
      ),
    ...(survivors as Argued[])
      .filter((argued) => !unfound.some((fault) => isOf(fault, argued)))
      .map(({ file, code, becomes }) => `${file}: argued, but found or gone: ${code} → ${becomes}`),
  ];
}

function faultsIn(area: AreaName): Fault[] {
  const report = JSON.parse(readFileSync(new URL(reportOf(area), root), 'utf8')) as schema.MutationTestResult;
  return Object.entries(report.files).flatMap(([file, { source, mutants }]) =>
    mutants.map(({ location, replacement = '', status }) => ({
      file,
      line: location.start.line,
      code: inOneLine(textAt(source, location)),
      becomes: inOneLine(replacement),
      status,
    })),
  );
}

function textAt(source: string, { start, end }: schema.Location): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1)?.slice(0, end.column - 1) ?? '';
  lines[0] = lines[0]?.slice(start.column - 1) ?? '';
  return lines.join('\n');
}

const MOST_SHOWN = 90; // of a block's text, which tells enough

function inOneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > MOST_SHOWN ? `${line.slice(0, MOST_SHOWN)}…` : line;
}

const isFound = ({ status }: Fault): boolean => status === 'Killed' || status === 'Timeout';
const isAlive = ({ status }: Fault): boolean => status === 'Survived' || status === 'NoCoverage';

const isOf = (fault: Fault, argued: Argued): boolean =>
  fault.file === argued.file && fault.code === argued.code && fault.becomes === argued.becomes;

const whyAlive = (fault: Fault): string | undefined =>
  (survivors as Argued[]).find((argued) => isOf(fault, argued))?.why;

function scoreOf(faults: readonly Fault[]): number {
  const [found, alive] = [faults.filter(isFound).length, faults.filter(isAlive).length];
  return found + alive === 0 ? 0 : (100 * found) / (found + alive);
}

const percent = (faults: readonly Fault[]): string => `${scoreOf(faults).toFixed(1)} %`;

type Section = { title: string; faults: readonly Fault[] };

const pageOf = (sections: readonly Section[]): string => `# Mutation tests

Written by \`npm run mutation\` from Stryker's reports: change nothing here. It puts faults into the source, one at a time,
such as a condition turned round or a text left out, and runs the tests of that part. A fault that makes a test fail is
found; one that does not survives, and shows what the tests do not look at.

- **found** counts those by which a test failed and, apart from them, those by which a test ran out of time.
- **left out** are faults in words that are written for people and read by no program: the messages of errors, log lines,
  pages and descriptions, as test/mutation/prose.ts tells them from keys, expressions and other values.
- A fault that keeps the tests from loading, so that none of them runs, counts for nothing.
- Each area has to reach ${LEAST_SCORE} %, and each survivor stands below with the reason why it may.

${tableOf(
  ['area', 'score', 'found', 'of these by time', 'survived', 'left out'],
  sections.map(({ title, faults }) => [title, ...countsOf(faults)]),
)}
${sections.map(sectionOf).join('\n')}`;

function sectionOf({ title, faults }: Section): string {
  const files = [...new Set(faults.map(({ file }) => file))].sort();
  const alive = faults.filter(isAlive);
  const heading = `## ${title}\n\n`;
  const table = tableOf(
    ['file', 'score', 'found', 'of these by time', 'survived', 'left out'],
    files.map((file) => [file, ...countsOf(faults.filter((fault) => fault.file === file))]),
  );
  if (alive.length === 0) return heading + table;
  const rows = alive.map((fault) => [
    `${fault.file}:${fault.line}`,
    asCode(fault.code),
    asCode(fault.becomes),
    whyAlive(fault) ?? '**no argument**',
  ]);
  return `${heading}${table}\n${tableOf(['survivor', 'what stands there', 'fault', 'why it may'], rows)}`;
}

const countsOf = (faults: readonly Fault[]): string[] => [
  percent(faults),
  String(faults.filter(isFound).length),
  String(faults.filter(({ status }) => status === 'Timeout').length),
  String(faults.filter(isAlive).length),
  String(faults.filter(({ status }) => status === 'Ignored').length),
];

const asCode = (text: string): string =>
  text === '' ? 'nothing' : `\`\` ${text.replaceAll('|', '\\|')} \`\``;

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return `${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}
