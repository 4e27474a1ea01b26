import { hookApis } from '../../functions/crm/hook-apis.ts';
import type { Site } from '../../functions/platform/config.ts';
import { loadConfig } from '../../lib/config.ts';
import type { Terminal } from '../command.ts';
import { findSite } from '../find-site.ts';
import type { PlaceOptions } from '../place.ts';
import { newSecret, sha256Of } from '../secrets.ts';
import { checkRotation } from './check-rotation.ts';

/** What is told to `latchkey handshake rotate`, as commander reads it. */
export type RotateOptions = PlaceOptions & { site: string; check?: true; json?: true };

/**
 * Makes the handshake that is to replace a site's, or tells how far that is.
 * @throws UserError as {@link checkRotation} does, and where there is no such site
 */
export async function rotate(options: RotateOptions, terminal: Terminal): Promise<void> {
  const config = await loadConfig();
  const site = findSite(options.site, config);
  if (options.check) return checkRotation(site, config, options, terminal);
  const handshake = newSecret();
  const sha256 = sha256Of(handshake);
  terminal.out(
    options.json
      ? `${JSON.stringify({ handshake, sha256 })}\n`
      : instructions(site, { handshake, sha256 }, options),
  );
}

/** Each step leaves webhooks with either handshake valid until nothing posts with the old one any more. */
function instructions(
  { id, crm, handshakes }: Site,
  made: { handshake: string; sha256: string },
  options: PlaceOptions,
): string {
  const place = placeWords(options);
  const deploy = options.local ? 'start npm start again' : `npx cdk deploy -c stage=${options.stage}`;
  const events = Object.hasOwn(hookApis, crm.kind)
    ? `\n   Its event webhooks follow by: npx latchkey webhooks install --site ${id} ${place}`
    : '';
  return `New handshake for ${id}. It is shown this once: keep it as you keep a password.

  ${made.handshake}

1. In latchkey.config.ts, put its hash beside the one in use:

  handshakes: [
${[...handshakes, made.sha256].map((hash) => `    '${hash}',\n`).join('')}  ],

2. Deploy: ${deploy}
   From then on both are valid.

3. Put it into the webhook URLs in the CRM, in place of the old one.${events}

4. See whether anything still posts with the old one:

  npx latchkey handshake rotate --site ${id} ${place} --check

5. When nothing does, take the old hash out of latchkey.config.ts, and deploy once more.
`;
}

function placeWords({ local, stage }: PlaceOptions): string {
  if (local) return local === true ? '--local' : `--local ${local}`;
  return `--stage ${stage}`;
}
