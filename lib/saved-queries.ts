import { QueryDefinition, QueryString, type QueryStringProps } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { LoggingParts } from './metrics.ts';

/** Functions whose lines answer it, or all of them; or else the HTTP API's access log. */
type Question = { name: string; of: readonly string[] | 'all' | 'access log'; query: QueryStringProps };

const QUESTIONS: readonly Question[] = [
  {
    name: 'what happened to a contact',
    of: 'all',
    query: {
      fields: ['@timestamp, message, site, command, outcome, reason, attempt, webhook, event'],
      filterStatements: ['contact = "7" # the id in the CRM'],
      sort: '@timestamp asc',
      limit: 1000,
    },
  },
  {
    name: 'failures by command',
    of: ['receive', 'work', 'sync-batch', 'relay'],
    query: {
      filterStatements: [
        'message in ["webhook", "job"]',
        'outcome in ["refused", "crashed", "rejected", "failed"]',
      ],
      statsStatements: ['count(*) as webhooks, latest(reason) as lastReason by site, command, outcome'],
      sort: 'webhooks desc',
    },
  },
  {
    name: 'slowest answers',
    of: 'access log',
    query: {
      fields: ['@timestamp, route, status, ms, functionMs, error, id'],
      filterStatements: ['route not like "/v1/" and route not like "/payments/"'],
      sort: 'ms desc',
      limit: 100,
    },
  },
  {
    // A refused handshake names no site and is written nowhere: where it came from is all there is.
    name: 'unauthorized attempts',
    of: 'access log',
    query: {
      filterStatements: ['status = "401"'],
      statsStatements: [
        'count(*) as attempts, min(@timestamp) as first, max(@timestamp) as last by ip, route',
      ],
      sort: 'attempts desc',
    },
  },
  {
    name: 'CRM throttling',
    of: ['work', 'sync-batch', 'reconcile', 'serve-members'],
    query: {
      filterStatements: ['crmRequests > 0'],
      statsStatements: ['sum(crmRequests) as requests, sum(crmRefused) as refused by site, bin(5m) as since'],
      sort: 'refused desc',
    },
  },
  {
    name: 'what plugins answer',
    of: ['relay'],
    query: {
      filterStatements: ['message in ["job", "relay stopped", "relay still stopped", "relay resumed"]'],
      statsStatements: [
        'count(*) as times, avg(ms) as averageMs, latest(reason) as lastReason, max(@timestamp) as last by site, message, outcome',
      ],
      sort: 'last desc',
    },
  },
];

/** Puts the questions that operators ask into Logs Insights, where they are found under `latchkey/<stage>/`. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, { stage, api, functions }: LoggingParts) {
    super(scope, id);
    for (const { name, of, query } of QUESTIONS) {
      const asked = functions.filter(({ node }) => of === 'all' || of.includes(node.id));
      new QueryDefinition(this, name.replaceAll(' ', '-').toLowerCase(), {
        queryDefinitionName: `latchkey/${stage}/${name}`,
        queryString: new QueryString(query),
        logGroups: of === 'access log' ? [api.accessLog] : asked.map(({ logGroup }) => logGroup),
      });
    }
  }
}
