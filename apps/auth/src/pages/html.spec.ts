import { html, Html } from './html.js';

describe(html.name, () => {
  it('escapes everything but what is HTML already', () => {
    expect(html`<a title="${`"'<&>`}">${new Html('<b>')}${7}</a>`.text).toBe('<a title="&quot;&#39;&lt;&amp;&gt;"><b>7</a>');
  });

  it('joins lists, and leaves nothing for what is not there', () => {
    const items = ['a', '<'].map((item) => html`<li>${item}</li>`);
    expect(
      html`<ul>
        ${items}${undefined}${false}
      </ul>`.text.replaceAll(/\s/g, ''),
    ).toBe('<ul><li>a</li><li>&lt;</li></ul>');
  });
});
