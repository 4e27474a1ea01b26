// Generated from the files of this folder by `npm run generate`: change those.
import { definition as aalAdminstopsubscription } from './aal-adminstopsubscription.ts';
import { definition as aalBatchsync } from './aal-batchsync.ts';
import { definition as aalCancelsubscription } from './aal-cancelsubscription.ts';
import { definition as aalChargesubscription } from './aal-chargesubscription.ts';
import { definition as aalCreatecoupon } from './aal-createcoupon.ts';
import { definition as aalDeleteteam } from './aal-deleteteam.ts';
import { definition as aalFieldop } from './aal-fieldop.ts';
import { definition as aalGenpass } from './aal-genpass.ts';
import { definition as aalInitiateteam } from './aal-initiateteam.ts';
import { definition as aalRemoveteam } from './aal-removeteam.ts';
import { definition as aalRevokesubscription } from './aal-revokesubscription.ts';
import { definition as aalTeamops } from './aal-teamops.ts';
import { definition as aalUpdateteam } from './aal-updateteam.ts';
import { definition as aalUpdateuser } from './aal-updateuser.ts';
import { definition as couponLook } from './coupon-look.ts';
import { definition as crmEvent } from './crm-event.ts';
import { definition as genpassIfTagged } from './genpass-if-tagged.ts';
import { definition as mbrGenpass } from './mbr-genpass.ts';
import { definition as mbrPasswordReset } from './mbr-password-reset.ts';
import { definition as passThrough } from './pass-through.ts';
import { definition as pull } from './pull.ts';
import { definition as subscriptionFind } from './subscription-find.ts';
import { definition as subscriptionLook } from './subscription-look.ts';
import { definition as teamInteraction } from './team-interaction.ts';
import { definition as teamJoin } from './team-join.ts';
import { definition as teamTags } from './team-tags.ts';
import type { Definition } from './definition.ts';

/** Every command that Latchkey takes, its own included. */
export const catalogue: readonly Definition[] = [
  aalAdminstopsubscription,
  aalBatchsync,
  aalCancelsubscription,
  aalChargesubscription,
  aalCreatecoupon,
  aalDeleteteam,
  aalFieldop,
  aalGenpass,
  aalInitiateteam,
  aalRemoveteam,
  aalRevokesubscription,
  aalTeamops,
  aalUpdateteam,
  aalUpdateuser,
  couponLook,
  crmEvent,
  genpassIfTagged,
  mbrGenpass,
  mbrPasswordReset,
  passThrough,
  pull,
  subscriptionFind,
  subscriptionLook,
  teamInteraction,
  teamJoin,
  teamTags,
];

/** The commands that URLs name. */
export const postedCommands = catalogue.filter(({ internal }) => !internal);
