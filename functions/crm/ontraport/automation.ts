import { type DescribeAutomation, FORM } from '../automation.ts';

/** Ontraport's webhook element, called ping URL in older accounts, posts free text. */
export const automation: DescribeAutomation = () => ({
  body: { contentType: FORM, text: 'contactId=[Contact ID]' },
  steps: [
    'In Ontraport, open the automation map and add the element “Webhook” (in rules: “Send to a webhook”, once “Ping URL”).',
    'Paste the URL as the destination URL, and choose POST.',
    'Write the body into the data to send; insert [Contact ID] as a merge field.',
    'Save the element and publish the map.',
  ],
});
