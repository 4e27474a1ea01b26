/** What DynamoDB answers where another transaction writes one of the items at the same moment. */
export const TRANSACTION_CONFLICT = {
  status: 400,
  body: {
    __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    Message: 'Transaction cancelled, please refer cancellation reasons for specific reasons',
    CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
  },
};
