import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { firstLoad } from './bundle-graph.ts'
import { checkPrecache } from './check-bundles.ts'
import { pathsNamedIn } from './check-docs.ts'

let dist = ''
function writeDist(files: Record<string, string>): string {
  dist = mkdtempSync(join(tmpdir(), 'dist-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dist, path)), { recursive: true })
    writeFileSync(join(dist, path), text)
  }
  return dist
}
afterEach(() => rmSync(dist, { recursive: true, force: true }))

describe('first load', () => {
  it('counts the page, all it imports and the heaviest lazy page with its styles, not the others', () => {
    const maps = 'const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["assets/big.js","assets/big.css"])))=>i.map(i=>d[i]);'
    writeDist({
      'index.html': '<script type="module" crossorigin src="/field/assets/main.js"></script><link rel="stylesheet" href="/field/assets/main.css">',
      'assets/main.js': `${maps}import{a}from"./vue.js";import"./side.js";p(()=>import(\`./big.js\`).then(e=>e.go()),__vite__mapDeps([0,1]));p(()=>import("./small.js"))`,
      'assets/main.css': 'a{}',
      'assets/vue.js': 'export const a=1',
      'assets/side.js': '1',
      'assets/big.js': `import{a}from"./vue.js";console.log("${'long text that is not small '.repeat(3)}")`,
      'assets/big.css': 'b{}',
      'assets/small.js': '2'
    })
    expect(firstLoad(dist).all.sort()).toEqual([
      'assets/big.css', 'assets/big.js', 'assets/main.css', 'assets/main.js', 'assets/side.js', 'assets/vue.js'
    ])
    expect(firstLoad(dist).scripts).not.toContain('assets/main.css')
  })

  it('counts the entries of an app whose pages the server renders, not what it loads later', () => {
    const manifest = {
      'enhance.ts': { file: 'assets/enhance.js', isEntry: true, dynamicImports: ['outbox.ts'] },
      'portal.css': { file: 'assets/portal.css', isEntry: true },
      'outbox.ts': { file: 'assets/outbox.js', isDynamicEntry: true }
    }
    writeDist({
      'manifest.json': JSON.stringify(manifest),
      'assets/enhance.js': 'import"./words.js";import("./outbox.js")',
      'assets/words.js': '1',
      'assets/outbox.js': '2',
      'assets/portal.css': 'a{}',
      'report/service-worker.js': '3'
    })
    expect(firstLoad(dist).all.sort()).toEqual(['assets/enhance.js', 'assets/portal.css', 'assets/words.js'])
  })
})

describe('precache', () => {
  const worker = (urls: string[]) => `precacheAndRoute([${urls.map((url) => `{"revision":null,"url":"${url}"}`).join(',')}])`

  it('refuses an entry above 300 kB, a total above 1.2 MB and a file that was not built', () => {
    const names = ['a.js', 'b.js', 'c.js', 'd.js', 'e.js']
    const files = Object.fromEntries(names.map((name) => [name, 'x'.repeat(name === 'a.js' ? 300_001 : 250_000)]))
    writeDist({ ...files, 'service-worker.js': worker([...names, 'gone.js']) })
    expect(checkPrecache(dist)).toEqual([
      'precache: gone.js is listed but not built',
      'precache: a.js has 300001 bytes, 300000 at most',
      'precache: 1300001 bytes in all, 1200000 at most'
    ])
  })

  it('accepts a small list and refuses an empty one', () => {
    writeDist({ 'a.js': '1', 'service-worker.js': 'x([{url:"a.js",revision:"1"}])' })
    expect(checkPrecache(dist)).toEqual([])
    writeFileSync(join(dist, 'service-worker.js'), 'x([])')
    expect(checkPrecache(dist)).toEqual(['precache: the field service worker lists no file'])
  })
})

describe('paths named in the documentation', () => {
  it('takes inline code that begins with a top folder, without line numbers, and leaves code blocks and outputs out', () => {
    const page = 'See `server/http/define-route.ts:12`, `client/features/<noun>/`, `a/b`, `npm start`, `dist/field`.\n```\n`server/none.ts`\n```\n'
    expect(pathsNamedIn(page)).toEqual(['server/http/define-route.ts', 'client/features/<noun>/'])
  })
})
