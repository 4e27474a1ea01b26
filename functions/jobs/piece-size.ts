const SMALLEST_PIECE = 100; // contacts

/**
 * How many contacts of a batch are synced together: what one bulk read of their CRM brings, but no fewer than pay,
 * because small pieces wait for each other.
 * @param bulk contacts that one request to the CRM can read
 */
export const pieceSize = (bulk: number): number => Math.max(bulk, SMALLEST_PIECE);
