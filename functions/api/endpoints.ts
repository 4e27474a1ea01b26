// Generated from the files of this folder by `npm run generate`: change those.
import { endpoint as getMember } from './endpoints/get-member.ts';
import { endpoint as getTeam } from './endpoints/get-team.ts';
import { endpoint as joinTeam } from './endpoints/join-team.ts';
import { endpoint as leaveTeam } from './endpoints/leave-team.ts';
import { endpoint as listMembers } from './endpoints/list-members.ts';
import { endpoint as listTeamMembers } from './endpoints/list-team-members.ts';
import { endpoint as listTeamsOfMember } from './endpoints/list-teams-of-member.ts';
import { endpoint as login } from './endpoints/login.ts';
import { endpoint as onDemandLogin } from './endpoints/on-demand-login.ts';
import { endpoint as redeemToken } from './endpoints/redeem-token.ts';
import { endpoint as transferTeam } from './endpoints/transfer-team.ts';
import { endpoint as visitMember } from './endpoints/visit-member.ts';

/** Every endpoint of the site API. */
export const endpoints = [
  getMember,
  getTeam,
  joinTeam,
  leaveTeam,
  listMembers,
  listTeamMembers,
  listTeamsOfMember,
  login,
  onDemandLogin,
  redeemToken,
  transferTeam,
  visitMember,
] as const;
