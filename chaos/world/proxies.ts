import type { Endpoints } from '../../local/endpoints.ts';
import { type Fate, type FaultProxy, type Passing, startFaultProxy } from '../../local/fault-proxy.ts';
import type { History } from '../history/history.ts';
import { type Drawn, Fates, fateInPhase } from '../plan/draw-fate.ts';
import type { Phase, Service } from '../plan/plan-faults.ts';
import { Random } from '../random.ts';
import { shortVisibility } from './visibility.ts';

/** What a way leads to, and whose requests take it. */
export type Way = {
  service: Service;
  /** The function; whose CRM or site it is, for a way that all functions share. */
  of: string;
  target(): string;
};

/** Every way from a function to something else, with a proxy on it. */
export class Proxies {
  readonly #proxies: FaultProxy[] = [];
  readonly #history: History;
  readonly #seed: number;
  readonly #onMessage: (text: string) => void;
  readonly #onDeath: (service: Service) => void;
  #storms = false;
  #phases: readonly Phase[] = [];

  /**
   * @param onMessage takes the body of each request to SQS
   * @param onDeath kills whoever asks this service
   */
  constructor(
    seed: number,
    history: History,
    { onMessage, onDeath }: { onMessage(text: string): void; onDeath(service: Service): void },
  ) {
    this.#seed = seed;
    this.#history = history;
    this.#onMessage = onMessage;
    this.#onDeath = onDeath;
  }

  /** Puts a proxy on a way. @returns its address */
  async on(way: Way): Promise<string> {
    const fates = new Fates(new Random(this.#seed, `${way.service} ${way.of}`), way.service);
    const arrivals = new WeakMap<Passing, number>();
    const isCrm = way.service === 'crm';
    const proxy = await startFaultProxy(way.target, {
      keepsPassed: false,
      ...(way.service === 'sqs' && { rewrite: ({ body, operation }) => shortVisibility(operation, body) }),
      ...(isCrm && {
        onAnswer: (passing, { status, headers }) =>
          this.#noteAsked(way, arrivals.get(passing) ?? this.#history.now, status, headers['retry-after']),
      }),
    });
    proxy.decide((passing) => {
      if (isCrm) arrivals.set(passing, this.#history.now);
      if (way.service === 'sqs') this.#onMessage(passing.body);
      return this.#decide(way, fates, passing);
    });
    this.#proxies.push(proxy);
    return proxy.url;
  }

  /** Begins to strike, by the plan. */
  storm(phases: readonly Phase[]): void {
    this.#phases = phases;
    this.#storms = true;
  }

  /** Everything passes from now on. */
  calm(): void {
    this.#storms = false;
  }

  async close(): Promise<void> {
    await Promise.all(this.#proxies.map((proxy) => proxy.close()));
  }

  #decide(way: Way, fates: Fates, passing: Passing): Fate {
    if (!this.#storms) return 'pass';
    const drawn = fates.draw(passing);
    const phase = this.#phaseFor(way);
    const { does, fate }: Drawn = phase ? fateInPhase(phase, way.service, passing) : drawn;
    if (fate !== 'pass' && !does.startsWith('answers')) this.#noteDisturbed(way, does, passing);
    return fate === 'die' ? { after: () => this.#onDeath(way.service) } : fate;
  }

  #phaseFor({ service, of }: Way): Phase | undefined {
    const { elapsed } = this.#history;
    return this.#phases.find(
      (phase) =>
        phase.atMs <= elapsed &&
        elapsed < phase.atMs + phase.forMs &&
        phase.services.includes(service) &&
        (phase.function === undefined || phase.function === of),
    );
  }

  #noteDisturbed({ service, of }: Way, does: string, { body }: Passing): void {
    const isHold = service === 'dynamodb' && body.includes('"pace#') && body.includes('":until"');
    const about = isHold ? { about: 'hold' } : {};
    this.#history.add({ what: 'disturbed', function: of, service, does, ...about });
  }

  #noteAsked({ of }: Way, at: number, status: number, retryAfter: unknown): void {
    const wait =
      status === 429 ? { retryAfterMs: Number(retryAfter ?? 0) * 1000, answeredAt: this.#history.now } : {};
    this.#history.add({ what: 'asked', site: of, by: '', status, ...wait }, at);
  }
}

/** The addresses of AWS' services that a function sees. */
export type ProxiedEndpoints = Pick<Endpoints, 'dynamodb' | 'sqs' | 'ssm'>;
