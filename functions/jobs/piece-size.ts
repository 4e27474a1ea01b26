const SMALLEST_PIECE = 100; // contacts

/**
 * How many contacts of a batch are synced together: what one bulk read of their CRM brings, but no fewer than pay,
 * because small pieces wait for each other.
 * @param bulk contacts that one request to the CRM can read
 */
export const pieceSize = (bulk: number): number => Math.max(bulk, SMALLEST_PIECE);

/** Where a CRM is asked about each contact by itself: at Kit's pace, a good part of an invocation. */
const FEWEST_TAGGED = 10; // contacts

/**
 * How many contacts' tags are changed together: what one bulk read of their CRM brings. A piece that no invocation
 * could end would begin anew for ever.
 */
export const tagPieceSize = (bulk: number): number => Math.max(bulk, FEWEST_TAGGED);
