/** Contacts that one invocation hands webhooks on for side by side, each waiting for its own site: a batch holds no more. */
export const GROUPS_AT_ONCE = 10;
