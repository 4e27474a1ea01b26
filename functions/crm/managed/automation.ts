import type { Site } from '../../platform/config.ts';
import type { DescribeAutomation } from '../automation.ts';

/** Zapier, or whatever else can post: the webhook itself brings all that is known of the contact. */
export const automation: DescribeAutomation = ({ crm }) => ({
  body: { contentType: 'application/json', text: `${JSON.stringify(exampleOf(crm), null, 2)}\n` },
  steps: [
    'In Zapier, add the action “Webhooks by Zapier” and choose POST; any other sender that can post will do.',
    'Paste the URL, and choose JSON as the payload type.',
    'Add the names of the body as data, each with the field of your trigger that has its value. Only the e-mail ' +
      'address has to be there; what is left out stays as it was.',
    'Send a test, and switch the Zap on.',
  ],
});

/** A contact of nobody, under the names that the site has for its values. */
function exampleOf(crm: Site['crm']): unknown {
  if (crm.kind !== 'managed') throw new Error(`${crm.kind} has an automation of its own`);
  const { email, firstName, lastName, phone, tags, fields } = crm.keys;
  const example: Record<string, unknown> = {};
  const put = (name: string, value: unknown) => putAt(example, name.split('.'), value);
  put(email, 'E-mail address');
  put(firstName, 'First name');
  put(lastName, 'Last name');
  put(phone, 'Phone number');
  put(tags, 'Tags, separated by commas');
  for (const [field, name] of Object.entries(fields))
    if (field !== crm.passwordField) put(name, `Value of ${field}`);
  return example;
}

/** Dots in a name lead into JSON. */
function putAt(object: Record<string, unknown>, [name = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    object[name] = value;
    return;
  }
  const inner = object[name];
  const next = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
  object[name] = next;
  putAt(next, rest, value);
}
