import type { Field, Tag } from './records.ts';

export type SavedDefinitions = { tags: Tag[]; fields: Field[] };

/** The tags and custom fields that an account knows, by id. */
export class Definitions {
  readonly tags = new Map<string, Tag>();
  readonly fields = new Map<string, Field>();
  readonly #now: () => number;
  readonly #written: () => void;
  #lastTagId = 0;

  /** @param written is called after every change. */
  constructor(now: () => number, saved: SavedDefinitions | undefined, written: () => void) {
    this.#now = now;
    this.#written = written;
    for (const tag of saved?.tags ?? []) this.#store(tag);
    for (const field of saved?.fields ?? []) this.fields.set(field.id, field);
  }

  /** @param tag its `id` may be chosen, for accounts whose ids are known beforehand. */
  addTag(tag: { id?: string; name: string; description?: string }): Tag {
    const { id = String(this.#lastTagId + 1), name, description = '' } = tag;
    return this.#store({ id, name, description, createdAt: this.#now() });
  }

  addField(field: Omit<Field, 'createdAt'>): void {
    this.fields.set(field.id, { ...field, createdAt: this.#now() });
    this.#written();
  }

  /** Names are compared without regard to case. */
  findTag(name: string): Tag | undefined {
    return [...this.tags.values()].find((tag) => tag.name.toLowerCase() === name.toLowerCase());
  }

  /** The tag with this name; created if there is none. */
  tagNamed(name: string): Tag {
    return this.findTag(name) ?? this.addTag({ name });
  }

  toJSON(): SavedDefinitions {
    return { tags: [...this.tags.values()], fields: [...this.fields.values()] };
  }

  #store(tag: Tag): Tag {
    this.#lastTagId = Math.max(this.#lastTagId, Number(tag.id));
    this.tags.set(tag.id, tag);
    this.#written();
    return tag;
  }
}
