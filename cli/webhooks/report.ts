import type { Hook, WantedHook } from '../../functions/crm/hooks.ts';

/** A heading with a line for each webhook: its id, where it has one, its events, and the CRM's word for its state. */
export function section(heading: string, hooks: readonly (Hook | WantedHook)[]): string {
  if (hooks.length === 0) return '';
  return `${heading}:\n${hooks.map((hook) => `  ${line(hook)}\n`).join('')}`;
}

function line(hook: Hook | WantedHook): string {
  const events = hook.events.join(', ');
  if (!('id' in hook)) return events;
  return `${hook.id}  ${events}${hook.state === undefined ? '' : ` (${hook.state})`}`;
}
