import { rm } from 'node:fs/promises';

/** Removes what global-setup made. */
export default async function removeAssembly() {
  const outdir = process.env.TEST_ASSEMBLY_ROOT;
  if (outdir) await rm(outdir, { recursive: true, force: true });
}
