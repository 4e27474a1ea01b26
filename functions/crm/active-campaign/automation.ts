import type { DescribeAutomation } from '../automation.ts';

/** ActiveCampaign's webhook action posts the whole contact, and takes nothing but the address. */
export const automation: DescribeAutomation = () => ({
  steps: [
    'In ActiveCampaign, open the automation and add the action “Webhook”, under “Conditions and Workflow”.',
    'Paste the URL and save the action. There is no body to fill in: ActiveCampaign sends the contact by itself.',
  ],
});
