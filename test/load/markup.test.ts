import { expect, test } from 'vitest';
import { html, Markup, scriptData } from '../../load/markup.ts';

test('what is put in stays text, in an attribute too', () => {
  const hostile = `"><script>alert('1')</script>&`;
  expect(html`<a title="${hostile}">${hostile}</a>`.text).toBe(
    '<a title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;">' +
      '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;</a>',
  );
});

test('markup in markup is not escaped again, lists are joined, undefined is nothing', () => {
  const items = ['<1>', '2'].map((text) => html`<li>${text}</li>`);
  expect(html`<ul>${items}</ul>${undefined}${3}`.text).toBe(
    '<ul><li>&lt;1&gt;</li><li>2</li></ul>3',
  );
  expect(html`${new Markup('<br>')}`.text).toBe('<br>');
});

test('data in a script element cannot end the element and stays the same data', () => {
  const value = { text: '</script><!-- & "quoted"' };
  const { text } = scriptData(value);
  expect(text).not.toContain('<');
  expect(JSON.parse(text)).toEqual(value);
});
