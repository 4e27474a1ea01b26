const BOUNDARY = 'a CRM that no test site has: test/functions/crm';

const GATE = 'test/functions/relay/gate.test.ts';
const PASS = 'test/functions/relay/pass.test.ts';
const SENDING = 'test/functions/relay/send.test.ts';
const TLS = 'test/functions/relay/send-https.test.ts';
const JUDGING = 'test/functions/relay/judge-answer.test.ts';

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
  "The config of this site does not say where its plugin takes the secret: set secretIn of the site's relay.":
    'test/functions/relay/kept-request.test.ts',
  'the site is at its … requests per second…': GATE,
  'one request tries whether the site is back: …': GATE,
  'others want to pass the gate at the same time': PASS,
  'no time left …': PASS,
  'the site answered … with a packed body, which was not asked for and cannot be read: …': JUDGING,
  'the site answered …: WP Fusion is at another webhook of this contact': JUDGING,
  'the site answered …: WP Fusion has no such user': JUDGING,
  '… answered … but did not finish within … s': SENDING,
  '…: no such host': SENDING,
  '… could not be looked up: the name servers do not answer': 'name servers that do not answer',
  '… cannot be reached from here': 'a network that is cut',
  'no connection to … came about in time': 'a host that drops what comes',
  'the certificate of … is not valid: …': TLS,
  'no TLS connection to … came about (…)': TLS,
  '… is at a private address, which may be anything in this network: where that is meant, set allowPrivateAddresses in the config':
    SENDING,
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
