import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson } from './http-server.ts';
import { parseJson } from './request-json.ts';
import { type Routes, router } from './router.ts';

/**
 * Answers what lies outside the API; neither counted nor limited.
 * @param about the text at `/`.
 */
export function controlListener(
  routes: Routes,
  about: string,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const find = router(routes);
  return async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://simulator');
    if (pathname === '/' && request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(about);
      return;
    }
    const { route, params } = find(request.method ?? 'GET', pathname);
    if (route === undefined) {
      sendJson(response, 404, { message: 'Not Found: see GET /' });
      return;
    }
    // A web page in this machine's browser can post here too, but JSON only if we allowed it by CORS.
    if (request.method === 'POST' && !request.headers['content-type']?.startsWith('application/json')) {
      sendJson(response, 415, { message: 'Send content-type: application/json' });
      return;
    }
    const parsed = await parseJson(request);
    if ('problem' in parsed) sendJson(response, parsed.status, { message: parsed.problem });
    else {
      const answer = route({ params, query: searchParams, body: parsed.body });
      sendJson(response, answer.status, answer.body);
    }
  };
}
