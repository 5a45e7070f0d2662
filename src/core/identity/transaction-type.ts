/** Media type of a transaction token, which is never an access token (attack D23). */
export const TRANSACTION_TOKEN_TYPE = "txntoken+jwt";
