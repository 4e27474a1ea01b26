// Generated from the files of this folder by `npm run generate`: change those.
import { endpoint as getMember } from './endpoints/get-member.ts';
import { endpoint as listMembers } from './endpoints/list-members.ts';
import { endpoint as login } from './endpoints/login.ts';
import { endpoint as onDemandLogin } from './endpoints/on-demand-login.ts';
import { endpoint as redeemToken } from './endpoints/redeem-token.ts';
import { endpoint as visitMember } from './endpoints/visit-member.ts';

/** Every endpoint of the site API. */
export const endpoints = [
  getMember,
  listMembers,
  login,
  onDemandLogin,
  redeemToken,
  visitMember,
] as const;
