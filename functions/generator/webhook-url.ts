import { definition as crmEvent } from '../commands/crm-event.ts';
import type { Definition } from '../commands/definition.ts';
import { definition as passThrough } from '../commands/pass-through.ts';
import type { Site } from '../platform/config.ts';

/** What a webhook's URL is made of. */
export type UrlParts = {
  site: Site;
  /** Of the HTTP API, without a slash at its end. */
  baseUrl: string;
  /** One that is offered to the site. */
  command: Definition;
  handshake: string;
  /** For the query. */
  parameters?: Readonly<Record<string, string>>;
  /** Of what is passed through, what its plugin has behind its host: `/wp-json/hook`. */
  path?: string;
};

/** The URL that a webhook is posted to, in the shape that its plugin has where the site relays. */
export function webhookUrl({
  site,
  baseUrl,
  command,
  handshake,
  parameters = {},
  path = '',
}: UrlParts): string {
  const [pluginsPath] = site.target ? (command.paths ?? []) : [];
  const before = command.name === crmEvent.name ? `/events/${site.crm.kind}` : pluginsPath;
  const query = new URLSearchParams({
    ...(before === undefined && { [command.name]: handshake }),
    ...parameters,
  });
  if (before === undefined) return `${baseUrl}/?${query}`;
  const rest = command.name === passThrough.name ? path : '';
  return `${baseUrl}${before}/${encodeURIComponent(handshake)}${rest}${query.size > 0 ? `?${query}` : ''}`;
}
