import { idIn, isAccepted, type Posted } from '../support/post.ts';
import type { Attempt } from './attempts.ts';

/** What was seen of a site's webhooks and of a flood with wrong handshakes. */
export type Seen = {
  /** The site's webhooks without the flood, and in it. */
  alone: readonly Posted[];
  during: readonly Posted[];
  attempts: readonly Pick<Posted<Attempt>, 'delivery' | 'webhook'>[];
  /** Ids of the webhooks that have a record, of all sites. */
  recorded: ReadonlySet<string>;
  /** While nothing but the flood came: requests that the function made to AWS, and items of the table that changed. */
  awsRequests: number;
  changedItems: number;
};

/** ActiveCampaign hangs up after this. */
const CRM_PATIENCE_MS = 5_000;
/** Fewer attempts for each webhook are no flood. */
const LEAST_ATTEMPTS = 5;

/** Whether it was answered as such an attempt has to be. */
export const isRefused = ({ delivery, webhook }: Seen['attempts'][number]): boolean =>
  'status' in delivery && delivery.status === webhook.status;

/** Where the flood got through, or the site's webhooks did not, in words; where it was no flood, too. */
export function troublesOf({ alone, during, attempts, recorded, awsRequests, changedItems }: Seen): string[] {
  const real = [...alone, ...during];
  const accepted = real.filter(isAccepted);
  const failed = real.length - accepted.length;
  const lost = accepted.filter(({ text }) => !recorded.has(idIn(text))).length;
  const late = real.filter(({ delivery }) => delivery.durationMs > CRM_PATIENCE_MS).length;
  const more = recorded.size - new Set(accepted.map(({ text }) => idIn(text))).size + lost;
  const notRefused = attempts.filter((attempt) => !isRefused(attempt));
  return [
    ...(failed > 0 ? [`${failed} of the site's webhooks were not answered 2xx`] : []),
    ...(lost > 0 ? [`${lost} of the site's webhooks have no record`] : []),
    ...(late > 0 ? [`${late} of the site's webhooks were answered after more than 5 s`] : []),
    ...(notRefused.length > 0
      ? [`${notRefused.length} attempts were not refused as they should: ${howTheyWere(notRefused)}`]
      : []),
    ...(awsRequests > 0 ? [`attempts cost ${awsRequests} requests to AWS`] : []),
    ...(changedItems > 0 ? [`attempts changed ${changedItems} items of the table`] : []),
    ...(more > 0 ? [`${more} records are of no webhook of the site`] : []),
    ...(attempts.length < during.length * LEAST_ATTEMPTS
      ? [`${attempts.length} attempts are no flood for ${during.length} webhooks`]
      : []),
  ];
}

const howTheyWere = (attempts: Seen['attempts']): string =>
  [
    ...new Set(
      attempts.map(
        ({ delivery, webhook }) =>
          `${webhook.kind}: ${'status' in delivery ? delivery.status : delivery.failure}`,
      ),
    ),
  ].join(', ');
