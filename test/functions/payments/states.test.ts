import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PAYMENT_TAGS } from '../../support/latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';
import { Shop } from '../../support/payments.ts';
import { STATES, type State } from '../../support/subscriptions.ts';

const PAGE = resolve(import.meta.dirname, '../../../docs/payments.md');
const MARKED = /(<!-- states: .*? -->\n).*?(<!-- \/states -->)/s;

const COMMANDS = [
  'aal_revokesubscription',
  'aal_cancelsubscription',
  'aal_adminstopsubscription',
  'aal_chargesubscription',
] as const;
type Command = (typeof COMMANDS)[number];

const PROVIDERS = [
  { provider: 'stripe', title: 'Stripe', product: 'club', item: 'prod_club' },
  { provider: 'paypal', title: 'PayPal', product: 'circle', item: 'P-CIRCLE' },
] as const;

let latchkey: TestLatchkey;
let shop: Shop;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ concurrency: { work: 2 } });
  shop = new Shop(latchkey, 'academy');
});
afterAll(() => latchkey.stop());

/** Plays one command on one state, and says what became of webhook, subscription, access and money. */
async function play(command: Command, state: State, { provider, product, item }: (typeof PROVIDERS)[number]) {
  const isCancelledHere = provider === 'paypal' && state === 'cancelling';
  const { contact, id } = shop.subscribe(provider, { state: isCancelledHere ? 'active' : state, item });
  if (isCancelledHere) await shop.send('aal_cancelsubscription', contact, { productId: product });
  const before = moneyMoved(provider, id);
  const record = await shop.send(command, contact, { productId: product });
  const after = moneyMoved(provider, id);
  const member = await latchkey.member('academy', contact);
  const tags = shop.tagsOf(contact);
  return {
    ...{ outcome: record.state, state: member?.subscriptions?.[product]?.state },
    access: tags.includes(PAYMENT_TAGS.customer) && !tags.includes(PAYMENT_TAGS.ended),
    ...{ charged: after.charged - before.charged, refunded: after.refunded - before.refunded },
  };
}

/** Times that money was taken and given back for a subscription. */
function moneyMoved(provider: 'stripe' | 'paypal', id: string): { charged: number; refunded: number } {
  if (!id) return { charged: 0, refunded: 0 };
  if (provider === 'paypal') {
    const captures = shop.paypal.account.subscription(id).payments;
    const isOfIt = ({ capture }: { capture: string }) => captures.some((payment) => payment.id === capture);
    return { charged: captures.length, refunded: shop.paypal.account.refunds.filter(isOfIt).length };
  }
  const charges = shop.stripe.owner.chargesOf(id);
  return { charged: charges.length, refunded: charges.filter(({ refunded }) => refunded).length };
}

type Result = Awaited<ReturnType<typeof play>>;

const inWords = ({ outcome, state, access, charged, refunded }: Result): string =>
  outcome === 'rejected'
    ? 'rejected'
    : [
        ...(state === undefined ? [] : [state.replace('_', ' ')]),
        access ? 'access' : 'no access',
        ...(charged > 0 ? ['paid'] : []),
        ...(refunded > 0 ? ['refunded'] : []),
      ].join(', ');

const results = new Map<string, Result>();
const keyOf = (title: string, state: State, command: Command) => `${title} ${state} ${command}`;

describe.each(PROVIDERS)('a subscription at $title', (at) => {
  describe.each(STATES)('that is %s', (state) => {
    test.each(COMMANDS)('%s', async (command) => {
      const result = await play(command, state, at);
      results.set(keyOf(at.title, state, command), result);
      expect(result).toEqual(expected(command, state, at.provider));
    });
  });
});

/** What the rules of the commands say. */
function expected(command: Command, state: State, provider: 'stripe' | 'paypal'): Result {
  const rejected = { outcome: 'rejected', state: undefined, access: true, charged: 0, refunded: 0 } as const;
  const cannot =
    provider === 'paypal' && ['aal_adminstopsubscription', 'aal_chargesubscription'].includes(command);
  if (cannot) return { ...rejected, ...(state === 'cancelling' && { state }) };
  if (state === 'missing') return rejected;
  const stays =
    ({ 'past due': 'past_due', cancelled: 'ended' } as Partial<Record<State, Result['state']>>)[state] ??
    (state as Result['state']);
  const applied = {
    outcome: 'applied',
    state: stays,
    access: stays !== 'ended',
    charged: 0,
    refunded: 0,
  } as const;
  if (command === 'aal_revokesubscription') return { ...applied, state: 'ended', access: false };
  if (stays === 'ended' || stays === 'cancelling') return applied;
  if (command === 'aal_cancelsubscription') {
    // PayPal has not been paid for a period whose payment failed, or which it has suspended: nothing is left of it.
    const isOver = provider === 'paypal' && (state === 'past due' || state === 'paused');
    return { ...applied, state: isOver ? 'ended' : 'cancelling', access: !isOver };
  }
  if (command === 'aal_adminstopsubscription') return { ...applied, state: 'paused' };
  return state === 'past due' ? { ...applied, state: 'active', charged: 1 } : applied;
}

test('the table in docs/payments.md is what was played', () => {
  const page = readFileSync(PAGE, 'utf8');
  const table = PROVIDERS.map(({ title }) => tableOf(title)).join('\n');
  const written = page.replace(MARKED, (_, open, close) => `${open}\n${table}\n${close}`);
  if (process.env.UPDATE_DOCS) writeFileSync(PAGE, written);
  else expect(page).toBe(written);
});

function tableOf(title: string): string {
  const cells = [
    [title, ...COMMANDS.map((command) => `\`${command}\``)],
    ...STATES.map((state) => [
      state,
      ...COMMANDS.map((command) => inWords(results.get(keyOf(title, state, command)) as Result)),
    ]),
  ];
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...rows] = cells;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line), ''].join('\n');
}
