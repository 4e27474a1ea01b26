import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';

/**
 * A line begins with what CloudWatch filters by and then has its own fields. Every webhook pays for each byte of it, so
 * what Powertools adds and nobody asks for is left out: the service, the sampling rate, the id of a trace that is not taken.
 */
class ShortLine extends LogFormatter {
  override formatAttributes(
    { logLevel, message, timestamp }: Parameters<LogFormatter['formatAttributes']>[0],
    own: Parameters<LogFormatter['formatAttributes']>[1],
  ): LogItem {
    return new LogItem({
      attributes: { level: logLevel, message, timestamp: this.formatTimestamp(timestamp) },
    }).addAttributes(own);
  }
}

/** The function's log: JSON lines that CloudWatch Logs Insights reads. Never given a secret or an address. */
export const logger = new Logger({ logFormatter: new ShortLine() });
