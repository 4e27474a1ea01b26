import { type Html, html } from '../html.ts';

type FieldOptions = {
  type?: 'text' | 'datetime-local';
  hint?: string;
  /** What is likely to be meant. */
  suggestions?: readonly string[];
  /** What is wrong with what stands there. */
  complaint?: string | undefined;
};

/** A field with its label; its name is unique on its page. */
export function field(label: string, name: string, value = '', options: FieldOptions = {}): Html {
  const { type = 'text', hint, suggestions = [], complaint } = options;
  const list = suggestions.length > 0 && `lk-${name}-list`;
  const about = [hint && `lk-${name}-hint`, complaint && `lk-${name}-complaint`].filter(Boolean).join(' ');
  return html`<div class="field">
<label for="lk-${name}">${label}</label>
<input id="lk-${name}" name="${name}" type="${type}" value="${value}" autocomplete="off" spellcheck="false"${
    list && html` list="${list}"`
  }${about !== '' && html` aria-describedby="${about}"`}${complaint && html` aria-invalid="true"`}>
${list && html`<datalist id="${list}">${suggestions.map((each) => html`<option value="${each}"></option>`)}</datalist>`}
${hint && html`<p class="hint" id="lk-${name}-hint">${hint}</p>`}
${complaint && html`<p class="complaint" id="lk-${name}-complaint">${complaint}</p>`}
</div>`;
}

/** A choice. @param none what stands for no choice; without it one is always made */
export const select = (
  label: string,
  name: string,
  value: string | undefined,
  choices: readonly string[],
  none: string | undefined = 'any',
): Html => html`<div class="field">
<label for="lk-${name}">${label}</label>
<select id="lk-${name}" name="${name}">
${none !== undefined && html`<option value="">${none}</option>`}
${choices.map((choice) => html`<option value="${choice}"${choice === value && html` selected`}>${choice}</option>`)}
</select>
</div>`;
