/**
 * What a CRM account holds, whichever CRM it is. Ids of contacts and tags are strings of digits; those of
 * fields are as the CRM writes them. Times are milliseconds of the simulator's clock. Records are replaced,
 * never changed, so that an older state can still be read (see versions.ts).
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

/** A custom field. */
export type Field = {
  readonly id: string;
  readonly title: string;
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

/** Where a change came from; `import` stands for a bulk importer, which fires nothing. */
export type Source = 'public' | 'admin' | 'api' | 'system' | 'import';

/** What can happen to a contact. */
export type ChangeType = 'created' | 'edited' | 'tag-added' | 'tag-removed' | 'deleted';

/** One contact that something happened to. */
export type Occurrence = { contact: Contact; tag?: Tag; source: Source };

/** A change that an event webhook may tell about. */
export type Change = Occurrence & { type: ChangeType };
