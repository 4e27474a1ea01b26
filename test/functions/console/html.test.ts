import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { html, type Part, trusted } from '../../../functions/console/html.ts';

test('what is put into markup stands in it as text, between tags and in attributes', () => {
  const hostile = `"><script>alert('x')</script>&`;
  const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;';
  expect(html`<p title="${hostile}">${hostile}</p>`.toString()).toBe(`<p title="${escaped}">${escaped}</p>`);
});

test('no text brings a character that ends an attribute or begins a tag', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(html`${text}`.toString()).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
    }),
  );
});

test('markup stays markup, lists are put together, and nothing is nothing', () => {
  const parts: Part[] = [html`<b>1</b>`, undefined, false, [2, '<']];
  expect(html`<p>${parts}${trusted('<hr>')}</p>`.toString()).toBe('<p><b>1</b>2&lt;<hr></p>');
});
