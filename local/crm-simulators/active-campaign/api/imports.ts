import type { Routes } from '../../router.ts';
import type { Importer } from '../importer.ts';
import { ok } from './answers.ts';

/** The routes of the bulk importer. */
export function importRoutes(importer: Importer): Routes {
  return {
    'POST /import/bulk_import': ({ body }) => importer.queue(body),
    'GET /import/bulk_import': () => ok(importer.overview()),
    'GET /import/info': ({ query }) => {
      const batch = importer.batch(query.get('batchId') ?? '');
      if (batch === undefined) {
        return { status: 400, body: { success: 0, message: "'batchId' is a required field." } };
      }
      return ok(batch);
    },
  };
}
