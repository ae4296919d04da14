import { describe, expect, test } from 'vitest'
import { attributes, html, styleTag } from './html.ts'

describe('text in a page', () => {
  test('cannot become a tag, close an attribute or start an entity', () => {
    const name = `"><script>alert(1)</script>'\`&amp;`
    expect(html`<p title="${name}">${name}</p>`.text).toBe(
      '<p title="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&#96;&amp;amp;">&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&#96;&amp;amp;</p>'
    )
  })

  test('stays escaped when it is passed on in a list', () => {
    expect(html`<ul>${['<b>', html`<li>ok</li>`]}</ul>`.text).toBe('<ul>&lt;b&gt;<li>ok</li></ul>')
  })

  test('is left out when there is none', () => {
    expect(html`<p>${null}${undefined}${false}${0}</p>`.text).toBe('<p>0</p>')
  })

  test('an object that only looks like HTML is written as text', () => {
    const fake = { text: '<script>' } as never
    expect(html`<p>${fake}</p>`.text).not.toContain('<script>')
  })
})

describe('places where escaping does not help', () => {
  test('an attribute without quotes is refused', () => {
    expect(() => html`<a href=${'x onclick=alert(1)'}>a</a>`).toThrow('quotes')
    expect(html`<a href="?a=${'1'}&b=${'2'}">a</a>`.text).toBe('<a href="?a=1&b=2">a</a>')
    expect(html`<a${attributes({ id: 'x' })}${attributes({ rel: 'y' })}>a</a>`.text).toBe('<a id="x" rel="y">a</a>')
  })

  test('a value inside a script or style is refused', () => {
    expect(() => html`<script>let a = ${'1'}</script>`).toThrow('scripts')
    expect(() => html`<style>a { color: ${'red'} }</style>`).toThrow('scripts')
  })

  test('a style text that closes its tag is refused', () => {
    expect(() => styleTag('a{}</STYLE><script>')).toThrow('close')
  })

  test('an event handler cannot be made an attribute', () => {
    expect(() => attributes({ onclick: 'alert(1)' })).toThrow('onclick')
    expect(attributes({ class: 'a"b', hidden: true, id: null }).text).toBe(' class="a&quot;b" hidden')
  })
})
