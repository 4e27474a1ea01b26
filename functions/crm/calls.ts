/** A request that was made to a CRM. */
export type CrmCall = {
  /** Method and path; a query may hold personal data and is left out. */
  what: string;
  /** What it was answered with; 0 where no answer came. */
  status: number;
  ms: number;
};

/** What a piece of work asked of a CRM, in order; whoever opens the CRM for it brings the list. */
export type CrmCalls = CrmCall[];

/** The numbers of them that a log line has: how many there were, and how many the CRM's limit refused. */
export function countsOf(calls: CrmCalls): { crmRequests?: number; crmRefused?: number } {
  const refused = calls.filter(({ status }) => status === 429).length;
  return {
    ...(calls.length > 0 && { crmRequests: calls.length }),
    ...(refused > 0 && { crmRefused: refused }),
  };
}

const MOST_TOLD = 12; // a record is paid by its size; nobody reads more

/** The first of them in words, for the record of an attempt: `GET /api/3/contacts/7 200, 93 ms`. */
export const told = (calls: CrmCalls): string[] =>
  calls
    .slice(0, MOST_TOLD)
    .map(({ what, status, ms }) => `${what} ${status === 0 ? 'no answer' : status}, ${ms} ms`);
