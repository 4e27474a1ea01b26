/** The states that a subscriber can be in. */
export const STATES = ['active', 'cancelled', 'bounced', 'complained', 'inactive'] as const;

export type State = (typeof STATES)[number];

/** Whether subscribers are active still, by id. Kept in memory alone: after a restart everybody is active. */
export class States {
  readonly #others = new Map<string, State>();

  of(id: string): State {
    return this.#others.get(id) ?? 'active';
  }

  set(id: string, state: State): void {
    this.#others.set(id, state);
  }
}
