import { type Html, html, type Part } from '../html.ts';
import type { Page } from '../page.ts';
import type { Values } from '../widget-event.ts';

/** How a link looks; `btn` is what CloudWatch calls its buttons. */
type Look = 'link' | 'btn' | 'tab' | 'chip';

type Options = { look?: Look /** It is what is shown already. */; current?: boolean };

/**
 * A link to a view, as CloudWatch follows links inside a widget: the action calls this function with `to`.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_interactivity.html
 */
export const link = (
  { endpoint }: Pick<Page, 'endpoint'>,
  label: Part,
  to: Values,
  { look = 'link', current = false }: Options = {},
): Html =>
  html`<a class="${look}"${current && html` aria-current="true"`}>${label}</a><cwdb-action action="call" display="widget" endpoint="${endpoint}">${JSON.stringify(to)}</cwdb-action>`;

/** The button of a form: it calls this function with `to` and what stands in the fields. */
export const submit = (page: Pick<Page, 'endpoint'>, label: string, to: Values): Html =>
  link(page, label, { ...to, form: 'yes' }, { look: 'btn' });
