import type { Context } from 'aws-lambda';
import { DESCRIPTION } from './console/description.ts';
import { drawConsole } from './console/draw-console.ts';
import { siteOf } from './console/page.ts';
import { viewOf } from './console/views.ts';
import { readWidgetEvent, type WidgetEvent } from './console/widget-event.ts';
import { logger } from './platform/logger.ts';

/** Draws the operator's console: a custom widget of the CloudWatch dashboard, which lets only the account's own people in. */
export async function handler(event: WidgetEvent, context: Context): Promise<string | { markdown: string }> {
  if (event.describe) return { markdown: DESCRIPTION };
  const startedAt = performance.now();
  const page = { ...readWidgetEvent(event), now: new Date(), endpoint: context.invokedFunctionArn };
  const drawn = await drawConsole(page);
  const ms = Math.round(performance.now() - startedAt);
  logger.info('console', { view: viewOf(page).name, site: siteOf(page).id, ms });
  return drawn;
}
