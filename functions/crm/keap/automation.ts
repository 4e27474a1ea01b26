import { type DescribeAutomation, FORM } from '../automation.ts';

/** Keap's HTTP POST sends the pairs of names and values that it is given, and nothing else. */
export const automation: DescribeAutomation = () => ({
  body: { contentType: FORM, text: 'contactId=~Contact.Id~' },
  steps: [
    'In Keap, open the automation’s sequence and add “Send HTTP POST”.',
    'Paste the URL as the post URL.',
    'Add one pair: the name contactId, the value ~Contact.Id~ (from the merge fields). Remove the other pairs.',
    'Mark the HTTP POST and its sequence as ready, and publish the automation.',
  ],
});
