import type { WebhookRecord } from '../../store/webhooks.ts';
import { type Moment, timeLineOf } from '../../webhooks/time-line.ts';
import { type Html, html, type Part } from '../html.ts';
import type { Page } from '../page.ts';
import { exact, time } from './time.ts';
import { badge, code } from './words.ts';

/** The life of a webhook, moment by moment. */
export const lifeLine = ({ now }: Page, record: WebhookRecord): Html =>
  html`<ol class="life">${timeLineOf(record).map(
    (moment) => html`<li>
<div class="when">${whenOf(moment, now)}</div>
<div class="what">${whatOf(moment)} <span class="soft">${moment.detail}</span>${callsOf(moment, record)}</div>
</li>`,
  )}</ol>`;

const whenOf = ({ at }: Moment, now: Date): Part =>
  at !== undefined && html`${time(at, now)} <span class="exact">${exact(at)}</span>`;

function whatOf({ what, outcome }: Moment): Part {
  if (outcome === undefined) return html`<strong>${what}</strong>`;
  return what === outcome ? badge(outcome) : html`<strong>${what}</strong> ${badge(outcome)}`;
}

const callsOf = ({ calls = [] }: Moment, { queue }: WebhookRecord): Part =>
  calls.length > 0 &&
  html`<details><summary>Requests to the ${queue === 'deliveries' ? 'plugin' : 'CRM'}</summary><ul class="calls">${calls.map(
    (call) => html`<li>${code(call)}</li>`,
  )}</ul></details>`;
