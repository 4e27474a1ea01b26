import type { Assembly } from '../assembly.ts';
import type { LambdaFunction } from '../function.ts';
import type { Resolve } from '../template.ts';

/** A custom widget of a dashboard: the function that draws it, and what it is called with. */
export interface CustomWidget {
  title: string;
  /** The function's ARN, which the links of the widget name. */
  endpoint: string;
  params: Record<string, unknown>;
  target: LambdaFunction;
}

type Widget = {
  type: string;
  properties: { title?: string; endpoint?: string; params?: Record<string, unknown> };
};

/**
 * Finds the custom widget of the template's dashboards.
 * @param functionOf finds a function by its ARN
 * @returns undefined where no dashboard has one
 */
export function readCustomWidget(
  assembly: Assembly,
  resolve: Resolve,
  functionOf: (arn: string) => LambdaFunction,
): CustomWidget | undefined {
  for (const { properties } of assembly.ofType('AWS::CloudWatch::Dashboard')) {
    const { widgets } = JSON.parse(String(resolve(properties.DashboardBody))) as { widgets: Widget[] };
    const widget = widgets.find(({ type }) => type === 'custom');
    if (!widget) continue;
    const { title = '', endpoint = '', params = {} } = widget.properties;
    return { title, endpoint, params, target: functionOf(endpoint) };
  }
  return undefined;
}
