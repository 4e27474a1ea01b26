/** A fault put into the product on purpose, to see that a storm notices: some texts of its source become others. */
export type Sabotage = {
  name: string;
  /** The promise that it breaks. */
  promise: number;
  /** What is wrong then. */
  about: string;
  /** More than one where something else makes up for the first. */
  edits: readonly Edit[];
};

/** `file`: path from the repository's root. */
export type Edit = { file: string; from: string; to: string };

/** At least one for each promise, most of them as small as a mistake that a reader might miss. */
export const SABOTAGES: readonly Sabotage[] = [
  {
    name: 'claims-a-hand-over',
    promise: 1,
    about: 'a webhook that DynamoDB refuses counts as handed to SQS, which never gets it',
    edits: [
      {
        file: 'functions/webhooks/accept.ts',
        from: "(await succeeds('hand-over', webhook, enqueueRecording(webhook, queue, site, signal)))",
        to: 'enqueueRecording !== undefined',
      },
    ],
  },
  {
    name: 'never-sweeps',
    promise: 1,
    about: 'the sweep finds no job whose message was lost',
    edits: [
      {
        file: 'functions/store/pending.ts',
        from: 'for (const shard of allPendingJobs)',
        to: 'for (const shard of allPendingJobs.slice(0, 0))',
      },
    ],
  },
  {
    name: 'lowers-blindly',
    promise: 2,
    about: 'a pull lowers the flag although a webhook came in meanwhile',
    edits: [
      {
        file: 'functions/store/flags.ts',
        from: `'SET syncedVersion = :version, syncedAt = :now REMOVE pendingKey, pendingAt',
        ConditionExpression: 'requestedVersion = :version'`,
        to: `'SET syncedVersion = requestedVersion, syncedAt = :now REMOVE pendingKey, pendingAt',
        ConditionExpression: 'requestedVersion >= :version'`,
      },
    ],
  },
  {
    name: 'plans-anew',
    promise: 3,
    about: 'an operation that is tried again is worked out again, on what the first try has written',
    edits: [
      {
        file: 'functions/operations/run-operation.ts',
        from: '(job.plan as Plan | undefined) ?? (await storePlan(job, await makePlan(job, name, world)))',
        to: 'await makePlan(job, name, storePlan && world)',
      },
    ],
  },
  {
    name: 'counts-copies',
    promise: 3,
    about: 'a claim is never refused: identical webhooks all count',
    edits: [
      {
        file: 'functions/store/webhooks.ts',
        from: 'if (identity === undefined || windowSeconds === 0)',
        to: 'if (identity !== undefined || windowSeconds === 0)',
      },
    ],
  },
  {
    name: 'overtakes',
    promise: 4,
    about: 'a job runs before earlier ones of its contact whose messages are late or lost',
    edits: [
      {
        file: 'functions/jobs/work-on.ts',
        from: 'for (const record of pending) await',
        to: 'for (const record of pending.filter(({ id }) => id === webhook.id)) await',
      },
    ],
  },
  {
    name: 'overwrites-passwords',
    promise: 5,
    about: 'a password that stands in the CRM is not looked for',
    edits: [
      {
        file: 'functions/members/create-member.ts',
        from: 'const present = passwordIn(contact, field);',
        to: 'const present = passwordIn({ ...contact, fields: {} }, field);',
      },
    ],
  },
  {
    name: 'oversells',
    promise: 6,
    about: 'a seat is taken without the condition that one is free',
    edits: [
      {
        file: 'functions/store/team-changes.ts',
        from: "ConditionExpression: '#state = :open AND #used < #seats'",
        to: "ConditionExpression: '#state = :open AND (#used < #seats OR #used >= :one)'",
      },
    ],
  },
  {
    name: 'forgets-to-free',
    promise: 6,
    about: 'who leaves a team leaves the seat in use',
    edits: [
      {
        file: 'functions/store/team-changes.ts',
        from: "UpdateExpression: 'SET #used = #used - :n'",
        to: "UpdateExpression: 'SET #used = if_not_exists(#used, :n)'",
      },
    ],
  },
  {
    name: 'hurries',
    promise: 7,
    about: 'turns at the CRM lie closer together than its limit allows',
    edits: [
      {
        file: 'functions/crm/pace.ts',
        from: 'Math.ceil((1000 / requestsPerSecond) * (1 + spare))',
        to: 'Math.ceil((1000 / requestsPerSecond) * (1 - spare * 3))',
      },
    ],
  },
  {
    name: 'ignores-retry-after',
    promise: 7,
    about: 'nobody is told that a CRM wants to be left alone',
    edits: [
      {
        file: 'functions/crm/pace.ts',
        from: 'await holdUntil(this.#account, Date.now() + retryAfterMs);',
        to: 'await holdUntil(this.#account, Date.now() - retryAfterMs);',
      },
    ],
  },
  {
    name: 'logs-bodies',
    promise: 8,
    about: 'the line of a webhook has its body',
    edits: [
      {
        file: 'functions/webhooks/take-webhook.ts',
        from: 'log: { ...about, contact: webhook.contactId,',
        to: 'log: { ...about, body: event.body, contact: webhook.contactId,',
      },
    ],
  },
  {
    name: 'waits-for-the-table',
    promise: 9,
    about: 'a webhook waits as long as DynamoDB lets it',
    edits: [
      {
        file: 'functions/webhooks/take-webhook.ts',
        from: 'const DEADLINE_MS = 4000;',
        to: 'const DEADLINE_MS = 40000;',
      },
      {
        file: 'functions/platform/aws.ts',
        from: 'connectionTimeout: 800, requestTimeout: 800',
        to: 'connectionTimeout: 20000, requestTimeout: 20000',
      },
    ],
  },
  {
    name: 'takes-mistakes',
    promise: 10,
    about: 'a webhook that cannot be understood is answered 200',
    edits: [
      {
        file: 'functions/webhooks/take-webhook.ts',
        from: `    throw error;
  }
}

/**
 * Refuses`,
        to: `    return { status: 200, headers: {}, body: {}, log: about };
  }
}

/**
 * Refuses`,
      },
    ],
  },
];
