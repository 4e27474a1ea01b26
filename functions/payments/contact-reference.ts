import { VALID_ID } from '../webhooks/contact-ids.ts';

/**
 * How a provider's metadata says whose a customer or subscription is: `academy:42` for contact 42 of the site
 * `academy`. With the site, since sites with CRMs of their own may share an account with the provider.
 */
export const contactReference = (site: string, contactId: string): string => `${site}:${contactId}`;

/** Whether metadata is such a reference, of whatever site: shops write ids of their own into PayPal's `custom_id`. */
export const isContactReference = (text: string | undefined): boolean =>
  /^[a-z0-9][a-z0-9-]*:./.test(text ?? '');

/** The contact that metadata names; undefined where it names none of this site's. */
export function referencedContact(site: string, reference: string | undefined): string | undefined {
  const prefix = `${site}:`;
  const contactId = reference?.startsWith(prefix) ? reference.slice(prefix.length) : '';
  return VALID_ID.test(contactId) ? contactId : undefined;
}
