import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../local/synthesize.ts';
import type { Benchmark } from './benchmark.ts';
import { type Played, play, type Scene } from './burst/play.ts';
import { tableOf, troublesOf } from './burst/report.ts';
import { burstConfig } from './burst/sites.ts';

const SCENES: readonly Scene[] = [
  { name: '500 at one moment', webhooks: 500, connections: 500 },
  { name: '500 at a time', webhooks: 10_000, connections: 500 },
  {
    name: 'while DynamoDB stalls',
    webhooks: 5_000,
    connections: 500,
    stall: { everyMs: 1_000, forMs: 200 },
  },
];

/** What becomes of webhooks that come in a burst, one by one. */
export const benchmark: Benchmark = {
  summary: '10,000 webhooks of four CRMs from 500 connections, and what became of each',
  about: `Webhooks of all kinds, as ActiveCampaign, Keap, Ontraport and Kit post them, for a site with each. In a thousand
are 640 \`aal_updateuser\` and 100 events, 150 batch syncs, 60 operations that add points, 20 genpass (each sent twice) and
30 of teams; of what adds, one in five is sent twice. The connections are opened at the same moment, and each posts its
next webhook when its last was answered. In the last scene everything between the functions and DynamoDB is held for
200 ms, once a second.

Afterwards every webhook that was answered 2xx is looked up: it must have its record, and that a good end; its contact
the flag, the member, the account with one password, the points, the team and the seats that were asked for. "Lost"
lacks one of them; "duplicated" has more than was asked for. One of either spoils the measurement, and so does an answer
that is not 2xx or takes over 5 s. "Memory" is the largest share of its memory setting that a process of any function
had, the workers' included; it must stay below 100 %.

CRMs, gateway, functions, table and queues share this machine's processors; on AWS the functions would have as many
environments as there are webhooks at once, here they have as many as there are processors. So answers wait for each
other here: the times say how well that goes, not what a CRM would see. The workers start after the last answer, since on
AWS they would not share the receiver's processors, and the CRMs' limits are raised to 100 requests a second.`,
  async run(say) {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-burst-'));
    try {
      say('Bundling the functions, synthesizing the stack …');
      const assembly = await synthesize({ config: burstConfig(), outdir: folder });
      const all: Played[] = [];
      for (const scene of SCENES) all.push(await play(scene, assembly, say));
      return { ...tableOf(all), troubles: all.flatMap(troublesOf) };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};
