import type { Site } from '../platform/config.ts';
import { Rejected } from '../platform/errors.ts';
import type { SecretName } from '../platform/secret-parameter.ts';
import { secretOf } from '../platform/secrets.ts';
import type { Ability, ProviderDefinition } from './definition.ts';
import type { PaymentProvider } from './provider.ts';
import { providers } from './providers.ts';

/** The name of a payment provider, as a product's config has it. */
export type ProviderName = (typeof providers)[number]['name'] & SecretName;

const byName = new Map(providers.map((definition) => [definition.name, definition as ProviderDefinition]));

/** What people call a payment provider. */
export const titleOf = (provider: string): string => definitionOf(provider).title;

/** @throws Rejected where a provider cannot do something, with the reason */
export function refuseUnlessAble(provider: string, ability: Ability): void {
  const reason = definitionOf(provider).cannot[ability];
  if (reason !== undefined) throw new Rejected(reason);
}

/**
 * Opens a site's account with a payment provider for one piece of work.
 * @param remainingMs what the work may still take, in ms
 */
export async function openProvider(
  { id }: Pick<Site, 'id'>,
  provider: string,
  remainingMs: () => number,
): Promise<PaymentProvider> {
  const definition = definitionOf(provider);
  const credentials = await secretOf(id, provider as ProviderName, definition.credentials);
  return definition.open({ credentials, remainingMs });
}

function definitionOf(name: string): ProviderDefinition {
  const definition = byName.get(name);
  if (!definition)
    throw new Error(`There is no payment provider ${name}: another release checked the config.`);
  return definition;
}
