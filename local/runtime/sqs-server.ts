/**
 * Runs fauxqs in a process of its own: a queue takes CPU that the HTTP API and the functions' pools need in
 * theirs. Sends its port over IPC; ends when its owner does. The folder to keep messages in is the one
 * optional argument.
 */
import { Server } from 'node:net';

const [dataDir] = process.argv.slice(2);

process.on('disconnect', () => process.exit(0));

// fauxqs listens on every network interface; what a developer tries out is nobody else's.
const { listen } = Server.prototype;
Server.prototype.listen = function (this: Server, options: unknown, ...rest: unknown[]) {
  const local = typeof options === 'object' && options !== null && 'port' in options;
  return Reflect.apply(listen, this, [local ? { ...options, host: '127.0.0.1' } : options, ...rest]);
} as typeof listen;

if (dataDir) await repairPersistence();
const { startFauxqs } = await import('fauxqs');
const server = await startFauxqs({ port: 0, logger: false, ...(dataDir && { dataDir }) });
process.send?.({ port: server.port });
process.on('SIGTERM', () => void server.stop().then(() => process.exit(0)));

/**
 * With messages on files fauxqs 2.4.1 loses one whose visibility is set to 0: it clears the receive count as
 * well, which its table forbids, answers 500 and has dropped the message by then. The count must stay.
 */
async function repairPersistence(): Promise<void> {
  const { PersistenceManager } = await import(
    new URL('./persistence.js', import.meta.resolve('fauxqs')).href
  );
  PersistenceManager.prototype.updateMessageReady = function (messageId: string): void {
    this.db
      .prepare(
        'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
      )
      .run(messageId);
  };
}
