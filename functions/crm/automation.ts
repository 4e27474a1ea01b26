import type { Site } from '../platform/config.ts';

/** How a person has a CRM post a webhook from an automation. */
export type Automation = {
  /** What has to be filled in as the body, where the CRM does not name the contact by itself. */
  body?: { contentType: string; text: string };
  /** One action each, in their order. */
  steps: readonly string[];
};

/** Every CRM's folder has one, in `automation.ts`; it depends on the site where its settings name the values. */
export type DescribeAutomation = (site: Site) => Automation;

/** A body of form fields, readable as a person types it in: its merge fields are replaced by the CRM. */
export const FORM = 'application/x-www-form-urlencoded';
