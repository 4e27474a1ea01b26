/** Markup that can stand in a page as it is. Only {@link html} and {@link trusted} make it. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What can be put into markup: text is escaped, lists are put together, nothing is nothing. */
export type Part = Html | string | number | false | undefined | readonly Part[];

/** Makes markup. Whatever is put in is text, wherever it comes from, unless it is markup already. */
export const html = (markup: TemplateStringsArray, ...parts: Part[]): Html =>
  new Html(markup.map((text, index) => text + textOf(parts[index])).join(''));

/** Takes a constant of our own for markup. Never for anything that was sent, stored or configured. */
export const trusted = (markup: string): Html => new Html(markup);

function textOf(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.toString();
  if (typeof part === 'object') return part.map(textOf).join('');
  return escaped(String(part));
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Safe between tags and in an attribute that stands in quotes. */
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
