import type { Config, Site } from '../../functions/platform/config.ts';
import { configHash } from '../../lib/config-hash.ts';
import { UserError } from '../../local/user-error.ts';
import type { Terminal } from '../command.ts';
import { openPlace, type PlaceOptions } from '../place.ts';
import { reportRotation } from './report.ts';

/**
 * Tells how far the rotation of a site's handshake is.
 * @throws UserError where the config that names them is not what is deployed
 */
export async function checkRotation(
  site: Site,
  config: Config,
  options: PlaceOptions & { json?: true },
  { out }: Terminal,
): Promise<void> {
  const { outputs } = await openPlace(options);
  const { readUses } = await import('./read-uses.ts');
  const isDeployed = outputs.ConfigHash === configHash(config);
  const found = { site: site.id, isDeployed, ...(await readUses(site)) };
  out(options.json ? `${JSON.stringify(found)}\n` : reportRotation(found));
  if (!isDeployed)
    throw new UserError('The config was changed since it was deployed: deploy it before the next step.');
}
