/** What a webhook is answered with: the fields of an accepted one, of a refused one, and of an address looked at. */
export type WebhookAnswer = {
  status: string;
  webhook: string;
  command: string;
  joined?: true;
  duplicateOf?: string;
  title: string;
  detail: string;
  problems: { at: string; problem: string }[];
};

/** Reads an answer's JSON. */
export async function readAnswer(response: Response): Promise<WebhookAnswer> {
  return (await response.json()) as WebhookAnswer;
}
