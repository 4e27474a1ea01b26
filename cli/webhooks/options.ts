/** What is told to `latchkey webhooks …`, as commander reads it. */
export type WebhookOptions = {
  site: string;
  stage: string;
  url?: string;
  profile?: string;
  region?: string;
  /** The data folder of a local cloud; true for that of `npm start`. */
  local?: string | true;
  json?: true;
};
