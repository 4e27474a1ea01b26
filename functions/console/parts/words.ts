import { type Html, html, type Part } from '../html.ts';

/** A state, by its word and its colour. */
export const badge = (state: string): Html => html`<span class="badge is-${state}">${state}</span>`;

/** Something that people compare and copy letter by letter: an id, a name of the config. */
export const code = (text: string | number): Html => html`<code>${text}</code>`;

/** Said to the person where there is nothing to show, or not all of it. */
export const notice = (...words: Part[]): Html => html`<p class="notice">${words}</p>`;

/** A piece of the page with a heading of its own. */
export const section = (heading: string, ...body: Part[]): Html =>
  html`<section><h2>${heading}</h2>${body}</section>`;
