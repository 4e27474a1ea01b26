import { crmSchema, crms } from '../../functions/crm/crms.ts';
import type { Site } from '../../functions/platform/config.ts';
import type { SimulatedKind } from '../crm-simulators/start-simulator.ts';

/** What the demo knows of a CRM. */
export type DemoCrm = {
  /** What people call it. */
  name: string;
  /** Contacts that a release tags unless told. */
  contacts: number;
  /** What its limit asks for each contact, in seconds; 0 where many are read at once. */
  secondsEach: number;
  /** How long it listens to an answer, in ms; undefined where its vendor does not say. */
  hangsUpAfterMs?: number;
  /** What a contact of it does not have, though its simulated account does. */
  lacks: readonly ('lastName' | 'phone')[];
  /** The demo site's settings for it. */
  settings: Site['crm'];
};

const CONTACTS = 500; // the size of a release that floods a membership site
/** Kit takes two requests for each contact and allows two a second: 500 contacts would take ten minutes. */
const ONE_BY_ONE = { contacts: 50, secondsEach: 1.2 };

/** The field and the tag are those of the simulated accounts. */
const known = (kind: SimulatedKind, passwordField: string) => ({
  name: crms.find((crm) => crm.kind === kind)?.name ?? kind,
  contacts: CONTACTS,
  secondsEach: 0,
  lacks: [],
  settings: crmSchema.parse({ kind, passwordField, completionTag: '9' }),
});

const DEMO_CRMS: Readonly<Record<SimulatedKind, DemoCrm>> = {
  activecampaign: { ...known('activecampaign', '7'), hangsUpAfterMs: 5_000 },
  keap: known('keap', '17'),
  kit: { ...known('kit', 'password'), ...ONE_BY_ONE, lacks: ['lastName', 'phone'] },
  ontraport: known('ontraport', 'f1557'),
};

export const demoCrmOf = (kind: SimulatedKind): DemoCrm => DEMO_CRMS[kind];

export const DEMO_KINDS: readonly string[] = Object.keys(DEMO_CRMS);
