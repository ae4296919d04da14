/** HTML that is safe to send: only `html` makes it, and it escapes every value. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** Lists are joined; null, undefined and false write nothing, so that conditions can stand in a template. */
export type HtmlValue = Html | string | number | null | undefined | false | readonly HtmlValue[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;'
}

/**
 * A template of HTML. Values are escaped unless they are `Html` themselves. Throws where a value stands in a tag outside
 * quotes, in a script or in a style: escaping would not make it safe there.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = strings[0] ?? ''
  values.forEach((value, at) => {
    refuseUnsafePlace(text)
    text += textOf(value) + (strings[at + 1] ?? '')
  })
  return new Html(text)
}

/** The inlined critical CSS. `css` comes from the build; a text that could close the tag is refused. */
export function styleTag(css: string): Html {
  if (/<\/style/i.test(css)) throw new Error('A style text must not close its tag.')
  return new Html(`<style>${css}</style>`)
}

/** Attributes of a tag, each with a space before it: true writes the bare name, false, null and undefined nothing. */
export function attributes(given: Readonly<Record<string, string | number | boolean | null | undefined>>): Html {
  const parts = Object.entries(given).map(([name, value]) => {
    if (!/^[a-z][a-z0-9-]*$/.test(name) || name.startsWith('on'))
      throw new Error(`"${name}" is no attribute for a value.`)
    if (value === true) return ` ${name}`
    return value === false || value === null || value === undefined ? '' : ` ${name}="${escapeText(String(value))}"`
  })
  return new Html(parts.join(''))
}

function textOf(value: HtmlValue): string {
  if (value instanceof Html) return value.text
  if (Array.isArray(value)) return (value as readonly HtmlValue[]).map(textOf).join('')
  if (value === null || value === undefined || value === false) return ''
  return escapeText(String(value))
}

function escapeText(text: string): string {
  return text.replace(/[&<>"'`]/g, (sign) => entities[sign] ?? sign)
}

function refuseUnsafePlace(before: string): void {
  const tag = before.slice(before.lastIndexOf('<'))
  const unquoted = tag.replace(/"[^"]*"|'[^']*'/g, 'quoted')
  const insideQuotes = /["']/.test(unquoted)
  const insideTag = /^<[a-z]/i.test(tag) && !unquoted.includes('>') && !insideQuotes
  if (insideTag && /=\s*$/.test(unquoted)) throw new Error('Put quotes around the attribute.')
  if (/^<(script|style)\b[^>]*>[^<]*$/i.test(tag)) throw new Error('No values inside scripts and styles.')
}
