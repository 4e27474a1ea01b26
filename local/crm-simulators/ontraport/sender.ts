import type { Contact } from '../account/records.ts';
import type { Sender } from '../account/sender.ts';

/**
 * Ontraport's automations: they "ping a URL" with text that their author typed and in which fields of the contact
 * are filled in; AccessAlly tells its customers to post `contactId=[Contact ID]`. The account knows event webhooks
 * too, for new contacts and for single tags; Latchkey takes none of them, so none are sent.
 * @param trailingNewline what is typed after the last field is sent as it is
 */
export const ontraportSender = (timeoutMs: number, trailingNewline: boolean): Sender => {
  const ping = ({ id }: Contact): string => `contactId=${id}${trailingNewline ? '\n' : ''}`;
  return {
    timeoutMs,
    automationBody: ping,
    eventOf: () => undefined,
    eventBody: (_, [{ contact }]) => ping(contact),
    occurrencesPerWebhook: 1,
    eventDelaysMs: [0],
    lastFailureSwitchesOff: false,
  };
};
