import { expect, test } from '@jest/globals';
import { withLinks } from '../../../local/dashboard/widget-html.ts';

const action = (parameters: string) =>
  `<cwdb-action action="call" display="widget" endpoint="arn:aws:lambda:x">${parameters}</cwdb-action>`;

test('an element that an action follows becomes a link to the action’s parameters', () => {
  const drawn = `<p><a class="btn">More <b>…</b></a>${action('{&quot;view&quot;:&quot;log&quot;,&quot;contact&quot;:&quot;a&amp;b &lt;&quot;}')}</p>`;
  expect(withLinks(drawn, '/console')).toBe(
    '<p><a href="/console?view=log&amp;contact=a%26b+%3C" class="btn">More <b>…</b></a></p>',
  );
});

test('in a form it becomes a button, which brings the fields and says which action it stands for', () => {
  const parameters = '{&quot;view&quot;:&quot;log&quot;}';
  const drawn = `<form><input name="site"><a class="btn">Show</a>${action(parameters)}</form><a class="tab">Next</a>${action(parameters)}`;
  expect(withLinks(drawn, '/console')).toBe(
    `<form><input name="site"><button type="submit" name="action" value="${parameters}" class="btn">Show</button></form>` +
      '<a href="/console?view=log" class="tab">Next</a>',
  );
});
