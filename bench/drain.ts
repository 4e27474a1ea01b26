import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, Table } from './benchmark.ts';
import { type Backlog, type Drain, measureDrain } from './drain/measure.ts';

/**
 * Kit takes two requests for each contact at two a second. Its account's clock runs faster, and the pace with it: not so
 * much that this machine would be slower than the pace.
 */
const BACKLOGS: readonly Backlog[] = [
  { kind: 'activecampaign', contacts: 500, speed: 1 },
  { kind: 'activecampaign', contacts: 5_000, speed: 1 },
  { kind: 'keap', contacts: 500, speed: 1 },
  { kind: 'keap', contacts: 5_000, speed: 1 },
  { kind: 'kit', contacts: 500, speed: 4 },
  { kind: 'kit', contacts: 5_000, speed: 15 },
  { kind: 'ontraport', contacts: 500, speed: 1 },
  { kind: 'ontraport', contacts: 5_000, speed: 1 },
];

/** A backlog that the CRM's limit holds up for so long has nothing else that weighs, in seconds. */
const LONG_SECONDS = 60;
/** How many times what the limit asks for such a backlog may take. */
const SHARE = 1.2;
/** What a shorter one may take beyond that, in seconds, for its start and for storing its members. */
const STORING_SECONDS = 30;

/** How well a campaign's contacts use the limit of their CRM. */
export const benchmark: Benchmark = {
  summary: 'batch syncs of 500 and 5,000 contacts, each under the limit of its CRM',
  about: `Webhooks of aal_batchsync wait on their queue, and are then worked off by the deployed functions, from a simulated
account that has its vendor's limit. "Least" is what that limit asks for so many requests, in seconds; "last request" and
"last member" are counted from the first request. Kit's account has a faster clock, and so has the pace; the seconds are the
account's. What takes ${LONG_SECONDS} s at least may take ${SHARE} times as long, anything shorter ${STORING_SECONDS} s more: storing 5,000 members is
this machine's work. A request that is refused spoils the measurement.`,
  async run(say) {
    const all: Drain[] = [];
    for (const backlog of BACKLOGS) {
      const outdir = await mkdtemp(join(tmpdir(), 'latchkey-drain-'));
      try {
        const drain = await measureDrain(backlog, outdir);
        all.push(drain);
        say(
          `${drain.crm}, contacts ${drain.contacts}: requests ${drain.requests}, ${Math.round(drain.toLastMember)} s`,
        );
      } finally {
        await rm(outdir, { recursive: true });
      }
    }
    return { ...tableOf(all), troubles: all.flatMap(troublesOf) };
  },
};

/** What the account's limit makes the requests last at least, in seconds. */
const leastOf = ({ requests, requestsPerSecond }: Drain): number => requests / requestsPerSecond;

const tableOf = (all: readonly Drain[]): Table => ({
  columns: [
    'CRM',
    'contacts',
    'requests',
    'refused',
    'least, s',
    'last request, s',
    'last member, s',
    'share',
  ],
  rows: all.map((drain) => [
    ...[drain.crm, drain.contacts, drain.requests, drain.refused],
    ...[leastOf(drain), drain.toLastRequest, drain.toLastMember].map(
      (seconds) => Math.round(seconds * 10) / 10,
    ),
    Math.round((drain.toLastMember / leastOf(drain)) * 100) / 100,
  ]),
});

/** What went wrong with a backlog, in words. */
export function troublesOf(drain: Drain): string[] {
  const { crm, contacts, stored, refused, toLastMember } = drain;
  const least = leastOf(drain);
  const most = least >= LONG_SECONDS ? least * SHARE : least + STORING_SECONDS;
  const what = `${crm}, ${contacts} contacts`;
  return [
    ...(stored < contacts ? [`${what}: only ${stored} members were stored`] : []),
    ...(refused > 0 ? [`${what}: ${refused} requests were refused`] : []),
    ...(toLastMember > most
      ? [`${what}: ${Math.round(toLastMember)} s, where its limit asks for ${Math.round(least)} s`]
      : []),
  ];
}
