// Generated from the files of this folder by `npm run generate`: change those.
import type { Apply } from '../jobs/apply.ts';
import { apply as aalBatchsync } from './aal-batchsync.ts';
import { apply as aalGenpass } from './aal-genpass.ts';
import { apply as aalUpdateuser } from './aal-updateuser.ts';
import { apply as genpassIfTagged } from './genpass-if-tagged.ts';
import { apply as mbrGenpass } from './mbr-genpass.ts';
import { apply as mbrPasswordReset } from './mbr-password-reset.ts';
import { apply as pull } from './pull.ts';

/** How each command is applied. A command without an entry waits, visibly, as not yet applied. */
export const appliers: Readonly<Record<string, Apply>> = {
  aal_batchsync: aalBatchsync as Apply,
  aal_genpass: aalGenpass as Apply,
  aal_updateuser: aalUpdateuser as Apply,
  genpass_if_tagged: genpassIfTagged as Apply,
  mbr_genpass: mbrGenpass as Apply,
  mbr_password_reset: mbrPasswordReset as Apply,
  pull: pull as Apply,
};
