/**
 * What CloudWatch calls a custom widget with: the widget's parameters, or those of the action that somebody clicked, and
 * the context; or the question what the widget is.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
 */
export type WidgetEvent = Record<string, unknown> & { describe?: boolean; widgetContext?: WidgetContext };

type Range = { start: number; end: number };

type WidgetContext = {
  theme?: string;
  timeRange?: Range & { zoom?: Range };
  /** What stands in the fields of the page that is shown, by their names. */
  forms?: { all?: Record<string, unknown> };
};

/** What is asked for, as text by name: a view, a site, filters. */
export type Values = Readonly<Record<string, string>>;

/** A page that somebody asks for. */
export type Asked = {
  values: Values;
  /** `auto`: as the browser is set. */
  theme: 'light' | 'dark' | 'auto';
  /** The dashboard's time range, where there is one. */
  range?: { since: Date; until: Date };
};

const LONGEST_VALUE = 512; // characters; nobody asks for more by hand

/**
 * Reads the event. What stands in the page's fields comes with every call, so it counts only where the button of a form
 * was clicked, which says `form`, or nothing was: then the page refreshes itself, and the fields say what it is.
 */
export function readWidgetEvent({ widgetContext = {}, ...parameters }: WidgetEvent): Asked {
  const { theme, timeRange, forms } = widgetContext;
  const fields = 'form' in parameters || !('view' in parameters) ? forms?.all : {};
  const range = timeRange?.zoom ?? timeRange;
  return {
    values: textsOf({ ...fields, ...parameters }),
    theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
    ...(range && { range: { since: new Date(range.start), until: new Date(range.end) } }),
  };
}

/** Where the cut parts a pair of surrogates, as it may in an emoji, DynamoDB would refuse the half that is left. */
function textsOf(values: Record<string, unknown>): Values {
  const texts = Object.entries(values)
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
    .map(([name, value]) => [name, String(value).trim().slice(0, LONGEST_VALUE).toWellFormed()])
    .filter(([, text]) => text !== '');
  return Object.fromEntries(texts);
}
