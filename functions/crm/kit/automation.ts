import type { DescribeAutomation } from '../automation.ts';

/** Kit posts webhooks for events of its API only; what it posts names the subscriber by itself. */
export const automation: DescribeAutomation = () => ({
  steps: [
    'Kit’s automations cannot post by themselves: have them add a tag, and make a webhook for that tag by Kit’s API.',
    'Send POST https://api.kit.com/v4/webhooks with your API key in the header X-Kit-Api-Key and this JSON, with the ' +
      'tag’s id in place of 0: {"target_url": "<the URL>", "event": {"name": "subscriber.tag_add", "tag_id": 0}}',
    'There is no body to fill in: Kit sends the subscriber by itself.',
  ],
});
