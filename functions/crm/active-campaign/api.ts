import { CrmApi } from '../api.ts';
import type { Turns } from '../turns.ts';

export type ActiveCampaignCredentials = { url: string; token: string };

/** ActiveCampaign's API, version 3. */
export const activeCampaignApi = ({ url, token }: ActiveCampaignCredentials, pace: Turns): CrmApi =>
  new CrmApi({
    name: 'ActiveCampaign',
    base: `${url.replace(/\/+$/, '')}/api/3`,
    headers: { 'api-token': token },
    pace,
  });
