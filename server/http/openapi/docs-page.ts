import { html, styleTag, type Html } from '../../portal/html.ts'
import { anyone } from '../access.ts'
import { allowInline } from '../content-security-policy.ts'
import { defineRawRoute, type RawRoute } from '../define-route.ts'
import type { OpenApiDocument, Operation } from './openapi-document.ts'
import type { JsonSchema } from './openapi-schema.ts'
import { typeText } from './schema-type.ts'

const css = `:root{color-scheme:light dark;--line:#8886;--soft:#8881;--accent:#1f4e79}@media (prefers-color-scheme:dark){:root{--accent:#8fc1f0}}
*{box-sizing:border-box}body{font:16px/1.55 system-ui,sans-serif;margin:0 auto;padding:1.5rem 1rem 4rem;max-width:64rem;overflow-wrap:anywhere}
h1{font-size:1.75rem;margin:0 0 .5rem}h2{margin:2.5rem 0 .5rem;padding-top:1rem;border-top:1px solid var(--line);font-size:1.3rem}a{color:var(--accent)}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;padding:0}details{border:1px solid var(--line);border-radius:6px;margin:.5rem 0}
summary{padding:.6rem .8rem;cursor:pointer}summary code{font-weight:600}summary span{display:block;opacity:.85}.inside{padding:0 .8rem .8rem}
code,pre{font:0.9em/1.5 ui-monospace,monospace}pre{background:var(--soft);padding:.6rem;border-radius:6px;white-space:pre-wrap;margin:.25rem 0}
table{border-collapse:collapse;width:100%;margin:.25rem 0}th,td{text-align:start;padding:.25rem .6rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:top}
h3{font-size:1rem;margin:.8rem 0 .2rem}:focus-visible{outline:3px solid var(--accent);outline-offset:2px}`

/** The description as a page for people: plain HTML, no script, nothing from elsewhere. */
export function docsRoute(describe: () => OpenApiDocument): RawRoute {
  let page: string | null = null
  return defineRawRoute({
    method: 'get', path: '/api/v1/docs', summary: 'Describes this interface, for people.', tag: 'platform', access: anyone, contentType: 'text/html',
    handle(_request, response) {
      page ??= docsPage(describe())
      allowInline(response, { styles: [css] })
      response.setHeader('Cache-Control', 'no-cache')
      response.type('html').send(page)
    }
  })
}

function docsPage(document: OpenApiDocument): string {
  const { info, tags } = document
  const body = html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title} API</title>${styleTag(css)}</head><body><main>
<h1>${info.title} API ${info.version}</h1><p>${info.description} The same as <a href="openapi.json">OpenAPI 3.1</a>.</p>${howTo}
<nav aria-label="Nouns"><ul>${tags.map(({ name }) => html`<li><a href="#${name}">${name}</a></li>`)}</ul></nav>
${tags.map(({ name }) => sectionOf(document, name))}<h2 id="schemas">Types</h2>
${Object.entries(document.components.schemas).map(([name, schema]) => html`<h3 id="type-${name}">${name}</h3><pre>${readable(schema)}</pre>`)}
</main></body></html>`
  return `<!doctype html>\n${body.text}\n`
}

const howTo = html`<h2 id="rules">Rules for all routes</h2><ul>
<li>Log in with <code>POST /api/v1/session</code> and send <code>Authorization: Bearer</code> with the access token; machines send an API key there.</li>
<li>Refusals are <code>application/problem+json</code> with a <code>code</code> from a closed list, <code>errors</code> that name the fields, and the <code>requestId</code>.</li>
<li>Send an <code>Idempotency-Key</code> with a POST: the same request under the same key is done once, and a repetition within a day gets the first answer.
Another request under the key is refused with 422; while the first is under way the answer is 409.</li>
<li>Every reply says its limit in <code>RateLimit-Policy</code> and what is left in <code>RateLimit</code>; 429 says in <code>Retry-After</code> when to come again.</li>
<li>Lists come in pages: hand the <code>next</code> of one page back for the following one. Times are ISO 8601 in UTC.</li>
<li>Reads carry an <code>ETag</code>; <code>If-None-Match</code> is answered with 304 while nothing changed. Other sites get no CORS headers.</li></ul>`

function sectionOf(document: OpenApiDocument, tag: string): Html {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => (operation.tags.includes(tag) ? [operationOf(`${method.toUpperCase()} ${path}`, operation)] : []))
  )
  return html`<section><h2 id="${tag}">${tag}</h2>${operations}</section>`
}

interface Parameter {
  name: string
  in: string
  required: boolean
  schema: JsonSchema
}

function operationOf(name: string, operation: Operation): Html {
  const parameters = (operation.parameters ?? []) as Parameter[]
  const body = (operation.requestBody as { content?: Record<string, { schema: JsonSchema }> } | undefined)?.content?.['application/json']?.schema
  const access = operation.security ? 'Needs an access token.' : 'Open to anyone.'
  return html`<details id="${operation.operationId}"><summary><code>${name}</code><span>${operation.summary}</span></summary><div class="inside"><p>${access}</p>
${parameters.length > 0 && html`<h3>Parameters</h3><table><tbody>${parameters.map(parameterRow)}</tbody></table>`}
${body && html`<h3>Body</h3><pre>${readable(body)}</pre>`}
<h3>Replies</h3><table><tbody>${Object.entries(operation.responses).map(([status, reply]) => replyRow(status, reply))}</tbody></table></div></details>`
}

function parameterRow({ name, in: place, required, schema }: Parameter): Html {
  return html`<tr><th scope="row"><code>${name}</code></th><td>${place}${required ? ', required' : ''}</td><td><code>${typeText(schema)}</code></td></tr>`
}

function replyRow(status: string, reply: Operation['responses'][string]): Html {
  const [type, content] = Object.entries(reply.content ?? {})[0] ?? []
  const text = type === 'application/json' ? html`<pre>${readable(content?.schema)}</pre>` : html`<code>${type}</code>`
  return html`<tr><th scope="row">${status}</th><td>${reply.description}${type !== undefined && type !== 'application/problem+json' && html`<br>${text}`}</td></tr>`
}

/** The type's text with a line for each field of its first levels. */
function readable(schema: JsonSchema | undefined): string {
  return indented(typeText(schema))
}

function indented(text: string): string {
  let depth = 0
  return text.replace(/\{ | \}|; /g, (sign) => {
    if (sign === ' }') depth -= 1
    else if (sign === '{ ') depth += 1
    const margin = `\n${'  '.repeat(Math.max(0, depth))}`
    return sign === '{ ' ? `{${margin}` : sign === ' }' ? `${margin}}` : margin
  })
}
