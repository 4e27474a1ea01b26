import * as alarms from './alarms.ts';
import * as api from './api.ts';
import type { ChecksOf } from './check.ts';
import * as config from './config.ts';
import * as crms from './crms.ts';
import * as functions from './functions.ts';
import * as mappings from './mappings.ts';
import * as payments from './payments.ts';
import * as queues from './queues.ts';
import * as relay from './relay.ts';
import * as siteEvents from './site-events.ts';
import * as table from './table.ts';

const PARTS = [api, config, functions, table, queues, mappings, siteEvents, relay, crms, payments, alarms];

/** All checks, in the order of the report. */
export const checksOf: ChecksOf = (subject) => PARTS.flatMap((part) => part.checksOf(subject));
