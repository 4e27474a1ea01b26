/** The stage of the local cloud, which no network but this machine's can reach. */
export const LOCAL_STAGE = 'local';

/** The stage that is deployed, or looked at, unless another one is named. */
export const DEFAULT_STAGE = 'dev';
