import { spawnSync } from 'node:child_process';
import synthesizeForTests from '../global-setup.js';

/** Has the tests start moto, where it is installed. */
export default async function chooseMoto() {
  const { error } = spawnSync('moto_server', ['--help']);
  if (error)
    throw new Error('moto_server is not installed: pip install "moto[server]==5.2.1"', { cause: error });
  process.env.TEST_BACK_END = 'moto';
  await synthesizeForTests();
}
