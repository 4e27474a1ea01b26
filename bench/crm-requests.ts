import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Crm } from '../functions/crm/crm.ts';
import type { CrmDefinition } from '../functions/crm/definition.ts';
import type { Site } from '../functions/platform/config.ts';
import { isSimulated, type SimulatedKind, startSimulator } from '../local/crm-simulators/start-simulator.ts';
import { synthesize } from '../local/synthesize.ts';
import { startTableAlone } from '../local/table-alone.ts';
import { type Benchmark, type Measured, markdownTable } from './benchmark.ts';

/** Tags of the simulated accounts: what members of a team have, and what former ones get. */
const TEAM_TAG = '31';
const FORMER_TAG = '32';
/**
 * How much faster the accounts' clock runs, and the pace with it. An hour of waiting takes 48 seconds; were it much
 * shorter, machines would be slower than the pace, and no limit would be put to the test.
 */
const SPEED = 75;
const PATIENCE = { first: 60_000, later: 60_000, remainingMs: () => 3_600_000 };

/** A site's settings for a CRM that has an account, and so a limit. */
type SimulatedCrm = Extract<Site['crm'], { kind: SimulatedKind }>;

/** CRMs that change the tags of many contacts in one request. */
const BULK_TAGGING: readonly SimulatedKind[] = ['keap', 'ontraport'];

/** Work whose requests are counted. */
export type Work = 'batch sync' | 'team deleted';

/** What some work on some contacts took. */
export type CrmRequests = {
  work: Work;
  crm: string;
  contacts: number;
  /** Those that it was done for. */
  done: number;
  requests: number;
  /** Requests over the account's limit. */
  refused: number;
  /** How long the limit makes so many requests last at least. */
  seconds: number;
};

type HowItWorks = {
  counts(kind: SimulatedKind): readonly number[];
  /** How much faster the account's clock runs, and the pace with it. */
  speed(kind: SimulatedKind): number;
  /** Contacts at a time, of a CRM that reads `bulk` in a request. */
  pieceSize(bulk: number): number;
  /** @returns for how many of the piece it was done */
  carryOut(client: Crm, piece: readonly string[]): Promise<number>;
};

async function worksOf(): Promise<Record<Work, HowItWorks>> {
  const { pieceSize, tagPieceSize } = await import('../functions/jobs/piece-size.ts');
  return {
    'batch sync': {
      counts: () => [1, 50, 500, 5_000],
      speed: () => SPEED,
      pieceSize,
      carryOut: async (client, piece) => {
        const results = [...(await client.readContacts(piece)).values()];
        return results.filter((result) => !(result instanceof Error)).length;
      },
    },
    'team deleted': {
      // Where no request changes many contacts, more of them tell nothing new.
      counts: (kind) => (BULK_TAGGING.includes(kind) ? [10, 1_000, 10_000] : [10, 1_000]),
      // Requests go side by side here: at a faster clock, a stall of this machine would be a burst to the account.
      speed: (kind) => (kind === 'activecampaign' ? SPEED / 15 : SPEED),
      pieceSize: tagPieceSize,
      carryOut: async (client, piece) => {
        const refused = await client.changeTagsOfMany(piece, { add: [FORMER_TAG], remove: [TEAM_TAG] });
        return piece.length - refused.size;
      },
    },
  };
}

/**
 * Works on contacts of a simulated account as a job does: by the CRM's client, in the same pieces, at the account's
 * pace. The table must have been started.
 */
export async function measure(work: Work, kind: SimulatedKind, contacts: number): Promise<CrmRequests> {
  const [{ crms, crmSchema }, { Pace }, { piecesOf }, { [work]: how }] = await Promise.all([
    import('../functions/crm/crms.ts'),
    import('../functions/crm/pace.ts'),
    import('../functions/crm/read-many.ts'),
    worksOf(),
  ]);
  const definition = crms.find((crm) => crm.kind === kind) as CrmDefinition;
  const { requestsPerSecond } = crmSchema.parse({ kind }) as SimulatedCrm;
  const speed = how.speed(kind);
  const started = Date.now();
  const account = await startSimulator(kind, { now: () => started + (Date.now() - started) * speed });
  try {
    const ids = account.seedContacts(contacts);
    for (const id of ids) account.contacts.addTag(id, TEAM_TAG);
    const credentials = definition.credentials?.parse(account.credentials);
    const pace = new Pace(definition.account(credentials), requestsPerSecond * speed, PATIENCE);
    const client = definition.open({ site: 'a-site', credentials, pace });
    let done = 0;
    for (const piece of piecesOf(ids, how.pieceSize(definition.bulk)))
      done += await how.carryOut(client, piece);
    const { total: requests, refused } = account.requests;
    const seconds = requests / requestsPerSecond;
    return { work, crm: definition.name, contacts, done, requests, refused, seconds };
  } finally {
    await account.close();
  }
}

export const benchmark: Benchmark = {
  summary: 'requests that batch syncs and the deletion of teams take, with each CRM',
  about: `The clients that are deployed ask simulated accounts that have their vendors' limits, in the pieces in which the
work is done. "Refused" came too fast; "at its limit" is the least time in which the account's limit lets so many
through. [The page about it](crm-requests.md) is the same on every machine.`,
  run: async (say) => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
    try {
      say('Synthesizing the stack, for its table …');
      const table = await startTableAlone(await synthesize({ outdir: folder }));
      try {
        return report(await measureAll(say));
      } finally {
        await table.stop();
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function measureAll(say: (line: string) => void): Promise<CrmRequests[]> {
  const { crms } = await import('../functions/crm/crms.ts');
  const all: CrmRequests[] = [];
  for (const [work, { counts }] of Object.entries(await worksOf()) as [Work, HowItWorks][]) {
    for (const kind of crms.map((crm) => crm.kind).filter(isSimulated)) {
      for (const count of counts(kind)) {
        const measured = await measure(work, kind, count);
        say(`${work}, ${measured.crm}, contacts ${count}: requests ${measured.requests}`);
        all.push(measured);
      }
    }
  }
  return all;
}

const COLUMNS = ['work', 'CRM', 'contacts', 'requests', 'per contact', 'refused', 'at its limit'];

/** What was measured, as a row of the table. */
export const rowOf = (measured: CrmRequests): (string | number)[] => {
  const { work, crm, contacts, requests, refused, seconds } = measured;
  return [...[work, crm, contacts, requests, requests / contacts, refused], inWords(seconds)];
};

const inWords = (seconds: number): string =>
  seconds < 90 ? `${seconds.toPrecision(2)} s` : `${Math.round(seconds / 60)} min`;

function report(all: readonly CrmRequests[]): Measured {
  const table = { columns: COLUMNS, rows: all.map(rowOf) };
  const troubles = all.flatMap(({ work, crm, contacts, done, refused }) => [
    ...(done < contacts ? [`${work}, ${crm}: only ${done} of ${contacts} contacts were done`] : []),
    ...(refused > 0 ? [`${crm} refused ${refused} requests at ${contacts} contacts`] : []),
  ]);
  return { ...table, troubles, page: { path: 'docs/crm-requests.md', text: pageOf(markdownTable(table)) } };
}

const pageOf = (table: string): string => `# CRM requests

Generated by \`npm run bench -- crm-requests\`: change \`bench/crm-requests.ts\`.

What is asked of a CRM when \`aal_batchsync\` comes for so many contacts at once, and when \`aal_deleteteam\` takes one tag
from so many members and gives them another. Measured with the clients that are deployed, in the pieces in which the
work is done, against simulated accounts that have their vendors' limits and nothing to hide: each contact is there,
and every list is complete. "Refused" are requests that came too fast; "at its limit" is the least time in which the
account's limit lets so many requests through.

${table}
`;
