/** Counts the API requests a simulator received: what a test compares with what it expects a sync to cost. */
export class RequestCounter {
  /** Every API request, the refused ones included. */
  total = 0;
  /** Requests answered 429. */
  refused = 0;
  /** Requests with a wrong or missing credential. */
  unauthorized = 0;
  /** Every request by method and path template, such as `GET /contacts/{id}`. */
  byRoute: Record<string, number> = {};
  /** When the first and the last of them came, in ms of the wall's clock; undefined where none has. */
  firstAt: number | undefined;
  lastAt: number | undefined;

  /** @param route method and path template. */
  count(route: string): void {
    this.total += 1;
    this.lastAt = Date.now();
    this.firstAt ??= this.lastAt;
    this.byRoute[route] = (this.byRoute[route] ?? 0) + 1;
  }

  /** Requests the CRM let through: neither over the limit nor unauthorized. */
  get admitted(): number {
    return this.total - this.refused - this.unauthorized;
  }

  reset(): void {
    this.total = 0;
    this.refused = 0;
    this.unauthorized = 0;
    this.byRoute = {};
    this.firstAt = undefined;
    this.lastAt = undefined;
  }
}
