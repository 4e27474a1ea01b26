/** The key of Stripe's metadata that says whose a customer or subscription is: see contact-reference.ts. */
export const METADATA_KEY = 'contact';

type Metadata = Readonly<Record<string, string>> | null | undefined;

/** Whose it is by its metadata; undefined where it does not say. */
export const referenceOf = (metadata: Metadata): string | undefined => metadata?.[METADATA_KEY] || undefined;

/** Whether metadata says that it is somebody else's. */
export const isOfAnother = (metadata: Metadata, reference: string): boolean =>
  (referenceOf(metadata) ?? reference) !== reference;

/** A query of Stripe's Search API for what is this contact's by its metadata. */
export const searchFor = (reference: string): string =>
  `metadata['${METADATA_KEY}']:'${reference.replaceAll(/['"\\]/g, '\\$&')}'`;
