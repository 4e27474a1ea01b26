import { Logger } from '@aws-lambda-powertools/logger';

/** The function's log: JSON lines that CloudWatch Logs Insights reads. Never given a secret or an address. */
export const logger = new Logger();
