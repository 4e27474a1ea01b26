import type { Config } from '../functions/platform/config.ts';
import { DEMO_HANDSHAKES } from './demo-sites.ts';
import type { Product } from './product.ts';

/** How many contacts the suggested batch tags. */
const BATCH = 20;

/**
 * What a person can do with a running product: curl lines to paste, the simulators, the logs.
 * @param logs folder of the functions' logs
 */
export function nextSteps({ cloud, simulators }: Product, config: Config, logs: string): string {
  const paragraphs = config.sites.map((site) => {
    const handshake = DEMO_HANDSHAKES[site.id] ?? '<handshake>';
    const crm = simulators.get(site.id)?.url;
    const webhook = (command: string) => `${cloud.url}/?${command}=${handshake}`;
    const post = (command: string) => `curl -d 'contact[id]=1' '${webhook(command)}'`;
    const batch = JSON.stringify({ count: BATCH, tag: 'Cohort 2026', url: webhook('aal_batchsync') });
    const json = `-H 'content-type: application/json'`;
    const lines = [
      `Site ${site.id}, its CRM at ${crm}`,
      '  mark a contact as changed',
      `    ${post('aal_updateuser')}`,
      '  create a member and a password',
      `    ${post('aal_genpass')}`,
      `  let the CRM tag ${BATCH} contacts and post a webhook for each; applied ${site.batchDelaySeconds} s later`,
      `    curl ${json} -d '${batch}' ${crm}/automation`,
    ];
    return lines.join('\n');
  });
  return [...paragraphs, `Logs of the functions: ${logs}\nCtrl-C ends everything; the data stays.`].join(
    '\n\n',
  );
}
