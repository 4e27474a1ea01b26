import type { Opening } from '../../functions/crm/definition.ts';
import type { Hook, HookApi, WantedHook } from '../../functions/crm/hooks.ts';
import type { Config, Site } from '../../functions/platform/config.ts';
import { sha256Of } from '../secrets.ts';

type Parts = {
  hookApi: HookApi<unknown>;
  account: Opening<unknown>;
  site: Site;
  /** All sites of the config: some may share the account. */
  sites: Config['sites'];
  /** What webhooks post to, without a slash at its end. */
  baseUrl: string;
};

/** What an account has of a site's webhooks. */
export type Found = {
  /** Those that post with the handshake. */
  current: Hook[];
  /** Those that post with another handshake of the site, or with one that no site has any more. */
  superseded: Hook[];
};

/**
 * The event webhooks of a site in the account of its CRM. Ours are those that post to the site's Latchkey; those of
 * other sites of the config are not, nor are those that post elsewhere.
 */
export class OwnWebhooks {
  /** What stands before the handshake in their addresses. */
  readonly address: string;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.address = `${parts.baseUrl}/events/${parts.site.crm.kind}/`;
  }

  /** Looks at the account, without changing it. */
  async look(handshake: string): Promise<Found & { missing: WantedHook[] }> {
    const { hookApi, account, site } = this.#parts;
    const found = await this.#find(handshake);
    return {
      ...found,
      missing: await hookApi.missing(account, this.#urlWith(handshake), site.genpassOnTags),
    };
  }

  /** Makes what is missing, replaces what is off, and then removes what is superseded: so no change is missed. */
  async install(handshake: string): Promise<{ made: Hook[]; removed: Hook[] }> {
    const { hookApi, account, site } = this.#parts;
    const { current, superseded } = await this.#find(handshake);
    const off = current.filter(({ isOn }) => !isOn);
    await this.#removeAll(off);
    const made = await hookApi.install(account, this.#urlWith(handshake), site.genpassOnTags);
    await this.#removeAll(superseded);
    return { made, removed: [...off, ...superseded] };
  }

  /** @returns what was removed */
  async remove(): Promise<Hook[]> {
    const ours = await this.#list();
    await this.#removeAll(ours);
    return ours;
  }

  /** Webhooks as they may be shown: without the handshake. */
  shown<Some extends WantedHook>(hooks: readonly Some[]): Some[] {
    const queryOf = (url: string): string => /\?.*$/.exec(url)?.[0] ?? '';
    return hooks.map((hook) => ({ ...hook, url: `${this.address}…${queryOf(hook.url)}` }));
  }

  async #find(handshake: string): Promise<Found> {
    const { current = [], superseded = [] } = Object.groupBy(await this.#list(), ({ url }) =>
      this.#handshakeIn(url) === handshake ? 'current' : 'superseded',
    );
    return { current, superseded };
  }

  async #list(): Promise<Hook[]> {
    const { hookApi, account, site, sites } = this.#parts;
    const ofOthers = new Set(
      sites.filter(({ id }) => id !== site.id).flatMap(({ handshakes }) => handshakes),
    );
    const all = await hookApi.list(account);
    return all.filter(
      ({ url }) => url.startsWith(this.address) && !ofOthers.has(sha256Of(this.#handshakeIn(url))),
    );
  }

  async #removeAll(hooks: readonly Hook[]): Promise<void> {
    const { hookApi, account } = this.#parts;
    for (const hook of hooks) await hookApi.remove(account, hook);
  }

  #urlWith(handshake: string): string {
    return this.address + encodeURIComponent(handshake);
  }

  #handshakeIn(url: string): string {
    const [encoded = ''] = url.slice(this.address.length).split('?');
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded; // no address of ours, and so nobody's handshake
    }
  }
}
