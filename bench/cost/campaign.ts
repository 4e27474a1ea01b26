import type { MeteredRequest } from '../support/aws-meter.ts';
import type { MeteredProduct } from '../support/metered-product.ts';
import { exchange, rest, visit, webhook } from './kinds.ts';
import { SITES } from './sites.ts';

/** A course that releases its modules to a cohort, whose members visit some time after. */
export type Campaign = { contacts: number; releases: number; visitors: number };

/** Raised flags, and how many of them were up before. */
export type Raised = { all: number; up: number };

/**
 * Plays a campaign: with each release the CRM tags each contact, whose automation posts an update, and tells of the tag by
 * an event webhook of its own; then some of the members visit, and are pulled.
 */
export async function playCampaign(
  product: MeteredProduct,
  { contacts, releases, visitors }: Campaign,
): Promise<Raised> {
  const { cloud, simulators } = product;
  const { plain } = SITES;
  const ids = simulators.get(plain.id)?.seedContacts(contacts) ?? [];
  const raised: Raised = { all: 0, up: 0 };
  for (let release = 0; release < releases; release++) {
    const { dynamodb } = await product.measure(async () => {
      for (const id of ids) {
        await webhook('aal_updateuser', plain)(cloud, id);
        const told = new URLSearchParams({ type: 'contact_tag_added', tag: 'Module', 'contact[id]': id });
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        await exchange(`${cloud.url}/events/activecampaign/${plain.handshake}`, told.toString(), headers);
      }
    });
    const raises = dynamodb.filter(({ operation }) => operation === 'UpdateItem');
    raised.all += raises.length;
    raised.up += raises.filter(isUp).length;
    for (const id of ids.slice(0, visitors)) {
      await visit(plain)(cloud, id);
      await rest();
    }
  }
  return raised;
}

/** A flag that goes up enters the index of those that are, which is a second write. */
const isUp = ({ writeUnits }: MeteredRequest): boolean => writeUnits === 1;
