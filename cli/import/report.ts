import type { Arrival } from '../../functions/members/import-members.ts';
import { csvLine } from '../csv.ts';
import type { BadRow, Row } from './check-rows.ts';

/** What an import came to, in numbers. */
export type Summary = {
  /** Rows of the file. */
  rows: number;
  created: number;
  /** Had an account already. */
  kept: number;
  /** Those of them whose account another import has made: of another file, or of this one as it was before. */
  keptFromOtherImports: number;
  bad: number;
  failed: number;
  notDone: number;
};

type Result = {
  line: number;
  email: string;
  outcome: keyof typeof WORDS;
  contactId?: string;
  detail: string;
};

const WORDS = {
  created: 'created',
  kept: 'has an account already, kept',
  bad: 'bad row',
  failed: 'failed',
  notDone: 'not done',
} as const;

/** What became of each row, in the order of the file. */
export function resultsOf(
  good: readonly Row[],
  bad: readonly BadRow[],
  arrivals: ReadonlyMap<Row, Arrival>,
): Result[] {
  const results = [
    ...good.map((row) => ({ line: row.line, email: row.newcomer.email, ...resultOf(arrivals.get(row)) })),
    ...bad.map(({ line, email, problems }) => ({
      line,
      email,
      outcome: 'bad' as const,
      detail: problems.join('; '),
    })),
  ];
  return results.sort((a, b) => a.line - b.line);
}

function resultOf(arrival: Arrival | undefined): Omit<Result, 'line' | 'email'> {
  switch (arrival?.outcome) {
    case undefined:
      return { outcome: 'notDone', detail: '' };
    case 'refused':
      return { outcome: 'failed', detail: arrival.reason };
    case 'kept':
      return {
        outcome: 'kept',
        contactId: arrival.contactId,
        detail: isOfImport(arrival.by) ? 'made by another import, or from this file as it was before' : '',
      };
    case 'created': {
      const { contactId, passwordFrom, tagsRefused } = arrival;
      return tagsRefused === undefined
        ? { outcome: 'created', contactId, detail: `password ${passwordFrom}` }
        : { outcome: 'failed', contactId, detail: `the account is there, its tags are not: ${tagsRefused}` };
    }
  }
}

/** What `by` of an import begins with. */
export const IMPORT = 'import-';
const isOfImport = (by: string): boolean => by.startsWith(IMPORT);

/** Counts what became of the rows. */
export function summaryOf(results: readonly Result[], arrivals: Iterable<Arrival>): Summary {
  const count = (outcome: Result['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length;
  const kept = [...arrivals].filter((arrival) => arrival.outcome === 'kept');
  return {
    rows: results.length,
    created: count('created'),
    kept: count('kept'),
    keptFromOtherImports: kept.filter(({ by }) => isOfImport(by)).length,
    bad: count('bad'),
    failed: count('failed'),
    notDone: count('notDone'),
  };
}

/** The report that an operator keeps beside the file. */
export const reportLines = (results: readonly Result[]): string[] => [
  csvLine(['line', 'email', 'outcome', 'contact_id', 'detail']),
  ...results.map(({ line, email, outcome, contactId = '', detail }) =>
    csvLine([String(line), email, WORDS[outcome], contactId, detail]),
  ),
];
