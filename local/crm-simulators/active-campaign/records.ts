/**
 * What an account holds. Ids are strings of digits, as ActiveCampaign writes them; times are
 * milliseconds of the simulator's clock. Records are replaced, never changed, so that an older state
 * can still be read (see versions.ts).
 */
export type Contact = {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly phone: string;
  readonly deleted: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly fieldValues: readonly FieldValue[];
  readonly contactTags: readonly ContactTag[];
  readonly contactAutomations: readonly ContactAutomation[];
};

/** A custom field's value at one contact; `id` is the relation's own. */
export type FieldValue = {
  readonly id: string;
  readonly field: string;
  readonly value: string;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** A tag at one contact; `id` is the relation's own, the one that DELETE wants. */
export type ContactTag = { readonly id: string; readonly tag: string; readonly createdAt: number };

/** A contact's run through an automation. */
export type ContactAutomation = {
  readonly id: string;
  readonly automation: string;
  readonly startedAt: number;
};

export type Tag = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
};

/** A custom field. `perstag` is its personalization tag, in capitals. */
export type Field = {
  readonly id: string;
  readonly title: string;
  readonly perstag: string;
  readonly type: string;
  readonly createdAt: number;
};

/** What a caller may say about a contact. `fields` maps a field's id to its new value. */
export type ContactInput = {
  email?: string;
  firstName?: string;
  lastName?: string;
  phone?: string;
  fields?: Record<string, string>;
};

/** Where a change came from, in ActiveCampaign's words; `import` stands for the bulk importer, which fires nothing. */
export type Source = 'public' | 'admin' | 'api' | 'system' | 'import';

/** The event types of ActiveCampaign's webhooks that a change of a contact fires. */
export type EventType = 'subscribe' | 'update' | 'contact_tag_added' | 'contact_tag_removed';

/** A change that an event webhook may tell about. */
export type Change = { type: EventType; contact: Contact; tag?: Tag; source: Source };
