/** One planned misbehaviour. */
export type Fault = {
  /**
   * `answer`: an error status instead of the result; `hang`: take the request and never answer;
   * `reset`: break the connection; `malformed`: status 200 with a body cut off in the middle of its JSON.
   */
  does: 'answer' | 'hang' | 'reset' | 'malformed';
  /** The status to answer with; 500 unless told. */
  status?: number;
  /** Headers of that answer, such as `Retry-After`. */
  headers?: Record<string, string>;
  /** How many requests it strikes; 1 unless told, `Infinity` until cleared. */
  times?: number;
  /** Only requests of this method and path template, such as `PUT /contacts/{id}`; any when absent. */
  route?: string;
  /**
   * `before` (as it is unless told): the request has no effect. `after`: the request takes effect and
   * only its answer is lost, the case that makes a client repeat work already done.
   */
  when?: 'before' | 'after';
};

/** The ways of misbehaving that all CRM simulators share. The owner switches them while the simulator runs. */
export class FaultSwitchboard {
  /** Milliseconds (of the wall) that every answer is held back. */
  latencyMs = 0;
  /** Requests struck by a planned fault so far. */
  struck = 0;
  #planned: (Fault & { left: number })[] = [];

  /** Plans a fault. Several wait in line; a request takes the first that matches its route. */
  next(fault: Fault): void {
    this.#planned.push({ ...fault, left: fault.times ?? 1 });
  }

  /** Ends every misbehaviour. */
  clear(): void {
    this.latencyMs = 0;
    this.#planned = [];
  }

  /** The simulator's side: the fault that strikes this request, if any. */
  take(route: string): Fault | undefined {
    const fault = this.#planned.find((planned) => planned.route === undefined || planned.route === route);
    if (fault === undefined) return undefined;
    this.struck += 1;
    fault.left -= 1;
    if (fault.left <= 0) this.#planned = this.#planned.filter((planned) => planned !== fault);
    return fault;
  }
}
