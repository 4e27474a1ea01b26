/**
 * Turns what a custom widget draws into a page that works without CloudWatch and without scripts: a click on an element
 * that an action follows calls the function with the action's parameters, so the element becomes a link to them; in a
 * form it becomes a button, which brings what stands in the fields as well.
 * @param markup of the widget; of other functions it calls none
 * @param path where the page is
 */
export const withLinks = (markup: string, path: string): string =>
  markup
    .split(/(<form[\s\S]*?<\/form>)/)
    .map((part) => part.replace(CALL, part.startsWith('<form') ? buttonFor : linkTo(path)))
    .join('');

/** The name under which a form's button says which parameters it stands for. */
export const ACTION = 'action';

/** `<a …>label</a><cwdb-action action="call" …>parameters as JSON</cwdb-action>` */
const CALL = /<a ([^>]*)>([\s\S]*?)<\/a>\s*<cwdb-action action="call"[^>]*>([\s\S]*?)<\/cwdb-action>/g;

const buttonFor = (_: string, attributes: string, label: string, parameters: string): string =>
  `<button type="submit" name="${ACTION}" value="${parameters}" ${attributes}>${label}</button>`;

const linkTo =
  (path: string) =>
  (_: string, attributes: string, label: string, parameters: string): string =>
    `<a href="${path}?${queryOf(unescaped(parameters))}" ${attributes}>${label}</a>`;

const queryOf = (parameters: string): string =>
  new URLSearchParams(JSON.parse(parameters) as Record<string, string>).toString().replaceAll('&', '&amp;');

const CHARACTERS: Record<string, string> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

/** What a browser reads where these entities stand. */
const unescaped = (text: string): string =>
  text.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => CHARACTERS[entity] ?? entity);
