const BOUNDARY = 'a CRM that no test site has: test/functions/crm';

/** Rows that the page's test does not play: the test that does, or why none can over the wire. */
export const unplayed: Record<string, string> = {
  '503 This event was not taken: send it again.': 'test/functions/payments/events-durability.test.ts',
  '401 the signature is older than … seconds': 'test/functions/payments/stripe-events.test.ts',
  "401 nothing to verify with: put the webhook endpoint's signing secret (whsec_…) into … of the site's … parameter":
    'test/functions/payments/stripe-events.test.ts',
  "401 the site's … parameter has no …: put in the id that PayPal shows for the webhook":
    'test/functions/payments/paypal-events.test.ts',
  '401 there is no certificate at PAYPAL-CERT-URL': 'test/functions/payments/paypal-events.test.ts',
  '401 the certificate at PAYPAL-CERT-URL is not valid at this time':
    'test/functions/payments/paypal-events.test.ts',
  'OutOfTime: …': 'test/functions/teams/delete-large-team.test.ts',
  'the team is being deleted': 'test/functions/teams/delete-large-team.test.ts',
  'Unavailable: … has not ended … yet, which was to end at …': 'test/functions/payments/looks.test.ts',
  'Error: The site … is not in the config any more: put it back or redrive its jobs.':
    'test/functions/work.test.ts',
  'field … was changed since this was decided: set it by hand': 'test/functions/replay.test.ts',
  'step … (…): field … holds no date': 'test/docs/operations.test.ts',
  'step … (…): the value for field … has … characters; the CRM takes …': 'test/docs/operations.test.ts',
  'step … (…): the date is beyond what a calendar holds': 'an operation that no test site has',
  'Kit has no custom field with the key …': BOUNDARY,
  'Ontraport has no field …': BOUNDARY,
  '… has no contact …': BOUNDARY,
  '"…" is no id of Stripe\'s': 'an id that Stripe itself did not give',
  'another webhook created the account in the meantime': 'two requests at the same moment',
  '… is closed: nothing to pay…': 'an invoice that is closed between two requests',
  'PayPal did not refund …: the refund is …': 'a refund of the simulator always succeeds',
  'the plans have more subscriptions at PayPal than the … that are gone through for one contact; its next event tells which is whose, and this can be replayed then: see docs/payments.md':
    'thousands of subscriptions',
  'the command … is not in the catalogue any more': 'a release older than the one that took it',
};
