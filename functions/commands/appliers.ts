// Generated from the files of this folder by `npm run generate`: change those.
import type { Apply } from '../jobs/apply.ts';
import { apply as aalAdminstopsubscription } from './aal-adminstopsubscription.ts';
import { apply as aalBatchsync } from './aal-batchsync.ts';
import { apply as aalCancelsubscription } from './aal-cancelsubscription.ts';
import { apply as aalChargesubscription } from './aal-chargesubscription.ts';
import { apply as aalCreatecoupon } from './aal-createcoupon.ts';
import { apply as aalDeleteteam } from './aal-deleteteam.ts';
import { apply as aalFieldop } from './aal-fieldop.ts';
import { apply as aalGenpass } from './aal-genpass.ts';
import { apply as aalInitiateteam } from './aal-initiateteam.ts';
import { apply as aalRemoveteam } from './aal-removeteam.ts';
import { apply as aalRevokesubscription } from './aal-revokesubscription.ts';
import { apply as aalTeamops } from './aal-teamops.ts';
import { apply as aalUpdateteam } from './aal-updateteam.ts';
import { apply as aalUpdateuser } from './aal-updateuser.ts';
import { apply as couponLook } from './coupon-look.ts';
import { apply as genpassIfTagged } from './genpass-if-tagged.ts';
import { apply as mbrGenpass } from './mbr-genpass.ts';
import { apply as mbrPasswordReset } from './mbr-password-reset.ts';
import { apply as pull } from './pull.ts';
import { apply as subscriptionFind } from './subscription-find.ts';
import { apply as subscriptionLook } from './subscription-look.ts';
import { apply as teamInteraction } from './team-interaction.ts';
import { apply as teamJoin } from './team-join.ts';
import { apply as teamTags } from './team-tags.ts';

/** How each command is applied. Those that only flag, or that sync-batch applies, have no entry. */
export const appliers: Readonly<Record<string, Apply>> = {
  aal_adminstopsubscription: aalAdminstopsubscription as Apply,
  aal_batchsync: aalBatchsync as Apply,
  aal_cancelsubscription: aalCancelsubscription as Apply,
  aal_chargesubscription: aalChargesubscription as Apply,
  aal_createcoupon: aalCreatecoupon as Apply,
  aal_deleteteam: aalDeleteteam as Apply,
  aal_fieldop: aalFieldop as Apply,
  aal_genpass: aalGenpass as Apply,
  aal_initiateteam: aalInitiateteam as Apply,
  aal_removeteam: aalRemoveteam as Apply,
  aal_revokesubscription: aalRevokesubscription as Apply,
  aal_teamops: aalTeamops as Apply,
  aal_updateteam: aalUpdateteam as Apply,
  aal_updateuser: aalUpdateuser as Apply,
  coupon_look: couponLook as Apply,
  genpass_if_tagged: genpassIfTagged as Apply,
  mbr_genpass: mbrGenpass as Apply,
  mbr_password_reset: mbrPasswordReset as Apply,
  pull: pull as Apply,
  subscription_find: subscriptionFind as Apply,
  subscription_look: subscriptionLook as Apply,
  team_interaction: teamInteraction as Apply,
  team_join: teamJoin as Apply,
  team_tags: teamTags as Apply,
};
