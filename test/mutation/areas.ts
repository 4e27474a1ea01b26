/** A part of the product whose tests are tried with faults put into it. */
export type Area = {
  title: string;
  /** Files that get faults: paths and patterns from the repository's root. */
  mutate: readonly string[];
  /** The tests that are to find them. */
  tests: readonly string[];
  /** Functions that these tests run from their source, in their own process, by name. */
  fromSource?: readonly string[];
  /** All of these tests are run for each fault: what is made once for all of them does not tell which would notice. */
  runsAll?: true;
};

const STORE = 'test/functions/store';

/** The areas, by the name that the command line knows them by. */
export const AREAS = {
  flag: {
    title: 'The flag',
    mutate: ['functions/store/flags.ts'],
    tests: [`${STORE}/flags.test.ts`],
  },
  'rate-limit': {
    title: 'The rate limit',
    mutate: ['functions/crm/pace.ts', 'functions/store/pace.ts'],
    tests: ['test/functions/crm/pace.test.ts'],
  },
  store: {
    title: 'The store',
    mutate: ['functions/store/*.ts', '!functions/store/{flags,pace}.ts'],
    tests: [
      `${STORE}/{job-attempts,keys,logins,managed-contacts,members,pending,plans,pull-lease}.test.ts`,
      `${STORE}/{relaying,site-events,small-items,table,teams,until-written,webhook-log,webhooks}.test.ts`,
    ],
  },
  catalogue: {
    title: 'The catalogue',
    mutate: ['functions/commands/*.ts'],
    tests: ['test/functions/commands/{catalogue,apply}.test.ts'],
    runsAll: true, // a schema is made when it is first asked for
  },
  understand: {
    title: 'The receive path: what a request says, and how it is answered',
    mutate: [
      'functions/http/*.ts',
      'functions/webhooks/{contact-ids,duplicate-window,hook-secret,identity,record-start}.ts',
      'functions/webhooks/{sent-contact,starts-genpass,targets,time-line,values,webhook}.ts',
    ],
    tests: ['test/functions/{webhooks,http}/*.test.ts'],
  },
  receive: {
    title: 'The receive path: what is done with it',
    mutate: [
      'functions/receive.ts',
      'functions/webhooks/{accept,address,body,event-request,live-address,read-parameters,read-webhook}.ts',
      'functions/webhooks/{record-late,record-refusal,take-webhook}.ts',
    ],
    tests: [
      'test/functions/{receive-bodies,receive-addresses,duplicates,live-address,hostile-bodies}.test.ts',
      'test/functions/{events,relay-events,receive-batchsync,managed-contacts}.test.ts',
      'test/functions/receive-durability.test.ts',
    ],
    fromSource: ['receive'],
  },
} satisfies Record<string, Area>;

export type AreaName = keyof typeof AREAS;
