// @ts-check
/**
 * What this site offers. The names are those of the site's `access` in latchkey.config.ts, where the tags
 * stand that open each: here is no tag, so a new rule needs no change of this site.
 * @type {Record<string, { title: string, text: string }>}
 */
export const CONTENTS = {
  foundations: {
    title: 'Foundations course',
    text: 'Lesson one. Begin with what you know, write it down, and look at it again tomorrow.',
  },
  library: {
    title: 'Library',
    text: 'All recordings and worksheets, newest first.',
  },
};

/** @typedef {import('./latchkey.js').Member} Member */

/**
 * The start page.
 * @param {{ member?: Member, stale?: boolean }} visitor
 */
export function homePage({ member, stale = false }) {
  if (!member) {
    return page(
      'Welcome',
      `<p>Courses and a library for members.</p>
       <p class="actions"><a class="button" href="/signup">Join for free</a> <a href="/login">Log in</a></p>`,
    );
  }
  const items = Object.entries(CONTENTS).map(([name, { title }]) =>
    member.access.includes(name)
      ? `<li><a href="/content/${name}">${escaped(title)}</a></li>`
      : `<li class="closed">${escaped(title)} <small>not included</small></li>`,
  );
  return page(
    `Hello ${member.firstName || 'there'}`,
    `${staleNote(stale)}<ul>${items.join('')}</ul>
     <form class="plain" method="post" action="/logout"><button>Log out</button></form>`,
  );
}

/**
 * One content, or that it is not included.
 * @param {string} name
 * @param {{ member: Member, stale: boolean }} visitor
 */
export function contentPage(name, { member, stale }) {
  const { title, text } = CONTENTS[name] ?? { title: 'Not found', text: '' };
  const body = member.access.includes(name)
    ? `${staleNote(stale)}<p>${escaped(text)}</p>`
    : '<p>This is not part of your membership yet.</p>';
  return page(title, `${body}<p><a href="/">Back</a></p>`);
}

/** @param {{ email?: string, message?: string }} form what was typed, and what is wrong with it */
export function loginPage({ email = '', message = '' } = {}) {
  return page(
    'Log in',
    `${alert(message)}
     <form method="post" action="/login">
       <label>E-mail address <input name="email" type="email" autocomplete="username" required value="${escaped(email)}"></label>
       <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
       <button>Log in</button>
     </form>
     <p>New here? <a href="/signup">Join for free</a></p>`,
  );
}

/** @param {{ requestId: string, email?: string, firstName?: string, message?: string }} form */
export function signUpPage({ requestId, email = '', firstName = '', message = '' }) {
  return page(
    'Join for free',
    `${alert(message)}
     <form method="post" action="/signup">
       <input name="requestId" type="hidden" value="${escaped(requestId)}">
       <label>First name <input name="firstName" autocomplete="given-name" maxlength="100" value="${escaped(firstName)}"></label>
       <label>E-mail address <input name="email" type="email" autocomplete="email" required value="${escaped(email)}"></label>
       <button>Join</button>
     </form>
     <p>Your password comes by e-mail. A member already? <a href="/login">Log in</a></p>`,
  );
}

/**
 * @param {string} title
 * @param {string} text
 */
export const messagePage = (title, text) =>
  page(title, `<p>${escaped(text)}</p><p><a href="/">To the start page</a></p>`);

/** @param {boolean} stale */
const staleNote = (stale) => (stale ? '<p class="note">Changes of the last minutes may be missing.</p>' : '');

/** @param {string} message */
const alert = (message) => (message ? `<p class="alert" role="alert">${escaped(message)}</p>` : '');

/** @type {Record<string, string>} */
const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as it may stand in HTML, between tags and in quotes. @param {string} text */
const escaped = (text) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/**
 * @param {string} title text
 * @param {string} body HTML
 */
function page(title, body) {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<header><a href="/">Example academy</a></header>
<main>
<h1>${escaped(title)}</h1>
${body}
</main>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1f2933; --soft: #5b6675; --paper: #f5f6f8; --card: #fff;
  --line: #d5dae1; --accent: #1d5fbf; --on-accent: #fff; --warn: #a12622 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa5b3; --paper: #12161c; --card: #1b212a;
  --line: #364152; --accent: #7db2ff; --on-accent: #0b1a2e; --warn: #f2938b } }
* { box-sizing: border-box }
body { margin: 0; padding: 1rem; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif }
header, main { max-width: 30rem; margin: 0 auto }
header a { color: var(--soft); font-weight: 600; text-decoration: none }
main { margin-top: 1rem; padding: 1.5rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 12px; overflow-wrap: anywhere }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25 }
a { color: var(--accent) }
label { display: block; margin-bottom: 1rem; color: var(--soft) }
input { display: block; width: 100%; margin-top: .25rem; padding: .6rem .7rem; font: inherit; color: var(--ink);
  background: var(--paper); border: 1px solid var(--line); border-radius: 8px }
button, .button { display: inline-block; padding: .6rem 1.1rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 0; border-radius: 8px; text-decoration: none }
.actions { display: flex; gap: 1.25rem; align-items: center; flex-wrap: wrap }
.plain button { padding: 0; font-weight: 400; color: var(--soft); background: none; text-decoration: underline }
main > :last-child { margin-bottom: 0 }
ul { margin: 0 0 1.5rem; padding: 0; list-style: none }
li { padding: .7rem 0; border-bottom: 1px solid var(--line) }
.closed, .note, small { color: var(--soft) }
small { margin-left: .5rem }
.alert { color: var(--warn); font-weight: 600 }
`;
