import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import type { Webhook } from '../../functions/webhooks/webhook.ts';
import type { CrmSimulator } from '../../local/crm-simulators/crm-simulator.ts';
import type { PayPalSimulator } from '../../local/payment-simulators/paypal.ts';
import type { StripeSimulator } from '../../local/payment-simulators/stripe.ts';
import { PAYMENT_TAGS } from './latchkey.config.ts';
import { eventually, type TestLatchkey, type TestSite } from './latchkey.ts';
import { atPayPal, atStripe, type Wanted } from './subscriptions.ts';

/** A site that sells, with its simulated accounts. */
export class Shop {
  readonly site: TestSite;
  readonly latchkey: TestLatchkey;
  readonly crm: CrmSimulator;
  readonly stripe: StripeSimulator;
  readonly paypal: PayPalSimulator;
  #contacts = 0;

  constructor(latchkey: TestLatchkey, site: TestSite) {
    this.site = site;
    this.latchkey = latchkey;
    this.crm = latchkey.simulators.get(site) as CrmSimulator;
    const accounts = latchkey.payments.get(site) ?? {};
    this.stripe = accounts.stripe as StripeSimulator;
    this.paypal = accounts.paypal as PayPalSimulator;
  }

  /** A contact that has the tag that customers have. */
  newContact(): { contact: string; email: string } {
    const email = `buyer.${++this.#contacts}@example.com`;
    const contact = this.crm.contacts.create({ email }).id;
    this.crm.contacts.addTag(contact, PAYMENT_TAGS.customer);
    return { contact, email };
  }

  reference(contact: string): string {
    return `${this.site}:${contact}`;
  }

  /** A contact with a subscription to a product, which metadata says is its own. */
  subscribe(provider: 'stripe' | 'paypal', wanted: Omit<Wanted, 'reference' | 'email'>) {
    const { contact, email } = this.newContact();
    const whole = { ...wanted, reference: this.reference(contact), email };
    const made = provider === 'stripe' ? atStripe(this.stripe, whole) : atPayPal(this.paypal, whole);
    return { contact, email, ...made };
  }

  /** Posts a webhook and waits until it is final. */
  async send(command: string, contact: string, parameters: Record<string, string>): Promise<WebhookRecord> {
    const id = await this.latchkey.send(this.site, command, { 'contact[id]': contact, ...parameters });
    return this.final(contact, id);
  }

  /** Waits until a webhook is final. */
  final(contact: string, id: string): Promise<WebhookRecord> {
    return eventually(async () => {
      const record = await this.latchkey.record(this.site, contact, id);
      if (!record || record.state === 'queued')
        throw new Error(`${id} of ${contact} waits: ${JSON.stringify(record)}`);
      return record;
    });
  }

  tagsOf(contact: string): string[] {
    return this.crm.contacts.get(contact)?.tagIds.toSorted() ?? [];
  }
}

/** Starts a job of Latchkey's own in this process, which was wired to a cloud before, as what a provider tells does. */
export async function startOwnJob(
  latchkey: TestLatchkey,
  {
    site,
    ...job
  }: Pick<Webhook, 'command' | 'contactId' | 'parameters'> & { site: TestSite; receivedAt?: string },
): Promise<WebhookRecord> {
  const { startJob } = await import('../../functions/jobs/start-job.ts');
  const { siteById } = await import('../../functions/platform/sites.ts');
  const { newWebhookId } = await import('../../functions/webhooks/read-webhook.ts');
  const { receivedAt = new Date().toISOString() } = job;
  const id = newWebhookId(new Date(receivedAt));
  await startJob({ ...job, id, site, receivedAt }, siteById(site));
  return (await latchkey.record(site, job.contactId, id)) as WebhookRecord;
}
