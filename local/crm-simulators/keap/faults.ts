import { ReadFaults } from '../account/read-faults.ts';

/** What simulators can do wrong, and what Keap's documents leave open. */
export class KeapFaults extends ReadFaults {
  /** Ids of contacts that lists give without `tag_ids`. */
  omitTagIds = new Set<string>();
  /** Custom fields without a value come too, with the content null. */
  listEmptyFields = false;
  /** The word for a tag that was applied. The documents name none. */
  wordOfSuccess = 'SUCCESS';
  /** A list of contacts in which one is not there is refused whole. The documents say nothing of that. */
  missingSpoilLists = false;
  /** A 429 says when to come back. The documents do not mention `Retry-After`. */
  retryAfter = false;
  /**
   * Hooks of tags name the tag, as a literal reading of the documents has it ("id" is that of the object, and
   * the object is a contactGroup), and not the contact.
   */
  tagHooksNameTags = false;

  override clear(): void {
    super.clear();
    this.omitTagIds.clear();
    this.listEmptyFields = false;
    this.wordOfSuccess = 'SUCCESS';
    this.missingSpoilLists = false;
    this.retryAfter = false;
    this.tagHooksNameTags = false;
  }
}
