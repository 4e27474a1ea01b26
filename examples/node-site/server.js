// @ts-check
/** A small membership site: who its members are, and what each may see, it asks Latchkey. */
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Events } from './events.js';
import { Latchkey, LatchkeyError } from './latchkey.js';
import { CONTENTS, contentPage, homePage, loginPage, messagePage, signUpPage } from './pages.js';

/**
 * @typedef {import('node:http').IncomingMessage} Request
 * @typedef {{ status?: number, html?: string, headers?: Record<string, string> }} Answer
 */

const MOST_BYTES = 100_000; // of a form or an event
const SESSION_SECONDS = 14 * 86_400;

const { PORT, ...settings } = readSettings();
const latchkey = new Latchkey({ url: settings.LATCHKEY_URL, apiKey: settings.LATCHKEY_API_KEY });
const events = new Events(settings.EVENTS_SECRET, latchkey);
/**
 * Who is logged in, by the cookie's random id. A real site keeps them in its database.
 * @type {Map<string, { contactId: string }>}
 */
const sessions = new Map();

/** @type {Record<string, (request: Request, url: URL) => Promise<Answer>>} */
const routes = {
  'GET /': async (request, url) => ({ html: homePage((await visitorOf(request, url)) ?? {}) }),
  'GET /login': async () => ({ html: loginPage() }),
  'POST /login': login,
  'GET /signup': async () => ({ html: signUpPage({ requestId: randomUUID() }) }),
  'POST /signup': signUp,
  'POST /logout': async (request) => {
    sessions.delete(cookieOf(request));
    return redirect('/', cookie('', 0));
  },
  'POST /latchkey-events': async (request) => ({
    status: events.take(await bodyOf(request), request.headers),
  }),
};
for (const name of Object.keys(CONTENTS)) {
  routes[`GET /content/${name}`] = async (request, url) => {
    const visitor = await visitorOf(request, url);
    if (!visitor) return redirect('/login');
    const status = visitor.member.access.includes(name) ? 200 : 403;
    return { status, html: contentPage(name, visitor) };
  };
}

/**
 * The member who visits a page. Latchkey is told of each visit: that is how it knows when to look whether the
 * CRM has something new. A link in an e-mail says so by `?from=email`, for a visit that must have the newest.
 * @param {Request} request
 * @param {URL} url
 */
async function visitorOf(request, url) {
  const session = sessions.get(cookieOf(request));
  if (!session) return undefined;
  const trigger = url.searchParams.get('from') === 'email' ? 'email-link' : 'page-visit';
  try {
    const visitor = await latchkey.visit(session.contactId, trigger);
    session.contactId = visitor.member.contactId; // another one after the CRM has merged two contacts
    return visitor;
  } catch (error) {
    if (!(error instanceof LatchkeyError) || error.status !== 404) throw error;
    sessions.delete(cookieOf(request)); // there is no such member any more
    return undefined;
  }
}

/** @param {Request} request @returns {Promise<Answer>} */
async function login(request) {
  const { email = '', password = '' } = await formOf(request);
  // Behind a proxy of your own, take the address that the proxy adds. From anybody else that header is a lie.
  const address = request.socket.remoteAddress ?? '';
  try {
    return welcome(await latchkey.login({ email, password, address }));
  } catch (error) {
    if (!(error instanceof LatchkeyError)) throw error;
    const { status, retryAfterSeconds } = error;
    if (status === 401 || status === 422) {
      return { status: 401, html: loginPage({ email, message: 'Wrong e-mail address or password.' }) };
    }
    if (status === 429) {
      const message = `Too many attempts. Try again in ${Math.ceil(retryAfterSeconds / 60)} minutes.`;
      return { status, html: loginPage({ email, message }) };
    }
    console.error(`Login: ${error.message}`);
    const message = 'Logging in does not work at the moment. Please try again in a minute.';
    return { status: 503, html: loginPage({ email, message }) };
  }
}

/** @param {Request} request @returns {Promise<Answer>} */
async function signUp(request) {
  const { email = '', firstName = '', requestId = randomUUID() } = await formOf(request);
  try {
    return welcome(await latchkey.signUp({ email, firstName }, requestId));
  } catch (error) {
    if (!(error instanceof LatchkeyError)) throw error;
    const { status } = error;
    if (status === 409) {
      return { status, html: loginPage({ email, message: 'You have an account already: log in.' }) };
    }
    const form = { requestId, email, firstName }; // with the same id, so that trying again is no second user
    if (status === 422) {
      return { status, html: signUpPage({ ...form, message: 'Please check name and e-mail address.' }) };
    }
    console.error(`Sign-up: ${error.message}`);
    const message = 'Joining does not work at the moment. Please try again in a minute.';
    return { status: 503, html: signUpPage({ ...form, message }) };
  }
}

/** Begins a session, under an id that nobody had before. @param {import('./latchkey.js').Member} member */
function welcome({ contactId }) {
  const id = randomBytes(32).toString('base64url');
  sessions.set(id, { contactId });
  return redirect('/', cookie(id, SESSION_SECONDS));
}

/**
 * @param {string} location
 * @param {Record<string, string>} [headers]
 * @returns {Answer}
 */
const redirect = (location, headers = {}) => ({ status: 303, headers: { location, ...headers } });

/**
 * @param {string} id
 * @param {number} seconds
 */
function cookie(id, seconds) {
  const secure = process.env.NODE_ENV === 'production' ? '; Secure' : ''; // by HTTPS alone
  return { 'set-cookie': `session=${id}; Max-Age=${seconds}; Path=/; HttpOnly; SameSite=Lax${secure}` };
}

/** @param {Request} request */
const cookieOf = ({ headers }) => /(?:^|; )session=([\w-]+)/.exec(headers.cookie ?? '')?.[1] ?? '';

/** @param {Request} request @returns {Promise<Record<string, string>>} */
const formOf = async (request) => Object.fromEntries(new URLSearchParams(await bodyOf(request)));

class TooLarge extends Error {}

/** @param {Request} request */
async function bodyOf(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new TooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'cache-control': 'no-store', // pages are one member's own
};

const server = createServer(async (request, response) => {
  /** @type {Answer} */
  let answer;
  try {
    const url = new URL(`http://site${request.url}`);
    const route = routes[`${request.method} ${url.pathname}`];
    answer = route
      ? await route(request, url)
      : { status: 404, html: messagePage('Not found', 'There is no such page.') };
  } catch (error) {
    if (!(error instanceof TooLarge)) console.error(error);
    answer =
      error instanceof TooLarge
        ? { status: 413, html: messagePage('Too large', 'That is more than this site takes.') }
        : { status: 500, html: messagePage('Sorry', 'Something went wrong here. Please try again.') };
  }
  response.writeHead(answer.status ?? 200, { ...HEADERS, ...answer.headers }).end(answer.html ?? '');
});

await checkKey();
server.listen(Number(PORT), () => {
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  console.log(`The site is at http://127.0.0.1:${address.port}`);
});

/** Ends with a clear line where the key is wrong. A Latchkey that is down is no reason not to start. */
async function checkKey() {
  try {
    await latchkey.checkKey();
  } catch (error) {
    if (!(error instanceof LatchkeyError)) throw error;
    if (error.status === 401) stop('LATCHKEY_API_KEY is not a key of a site at LATCHKEY_URL.');
    console.error(`Latchkey: ${error.message}. Starting all the same.`);
  }
}

function readSettings() {
  const { LATCHKEY_URL = '', LATCHKEY_API_KEY = '', EVENTS_SECRET = '', PORT = '8080' } = process.env;
  const wanted = { LATCHKEY_URL, LATCHKEY_API_KEY, EVENTS_SECRET };
  const missing = Object.entries(wanted).flatMap(([name, value]) => (value ? [] : [name]));
  if (missing.length > 0) stop(`Set ${missing.join(', ')}: see README.md.`);
  if (!URL.canParse(LATCHKEY_URL)) stop('LATCHKEY_URL must be an address, such as http://127.0.0.1:3000.');
  if (!/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(EVENTS_SECRET)) stop('EVENTS_SECRET must begin with whsec_.');
  return { ...wanted, PORT };
}

/** @param {string} why @returns {never} */
function stop(why) {
  console.error(why);
  process.exit(1);
}
