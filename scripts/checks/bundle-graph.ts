import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { brotliCompressSync } from 'node:zlib'

type Load = { scripts: string[]; all: string[] }

/**
 * Files a first visit needs, as paths below `dist`: what the page names, all it imports, and the heaviest lazy page on top,
 * because one page is always opened. An app without index.html (its pages come from the server) counts the entries of Vite's
 * manifest.json and all they import; what it loads later is not part of the first view.
 */
export function firstLoad(dist: string): Load {
  const page = join(dist, 'index.html')
  if (!existsSync(page)) return sortLoad([...closure(dist, entriesOf(dist))])
  const named = namedInPage(readFileSync(page, 'utf8'), dist)
  const start = closure(dist, named)
  const lazy = [...start].flatMap((path) => importsOf(dist, path).lazy)
  const extras = lazy.map((group) => [...closure(dist, group)].filter((file) => !start.has(file)))
  const heaviest = extras.sort((a, b) => brotliBytes(dist, b) - brotliBytes(dist, a))[0] ?? []
  return sortLoad([...start, ...heaviest])
}

/** Sum of the brotli sizes (quality 11, as served precompressed) in bytes. */
export function brotliBytes(dist: string, files: readonly string[]): number {
  return files.reduce((sum, path) => sum + brotliCompressSync(readFileSync(join(dist, path))).length, 0)
}

export function rawBytes(dist: string, path: string): number {
  return readFileSync(join(dist, path)).length
}

function sortLoad(files: string[]): Load {
  return { scripts: files.filter((path) => !path.endsWith('.css')), all: files }
}

function entriesOf(dist: string): string[] {
  if (!existsSync(join(dist, 'manifest.json'))) return []
  const manifest: Record<string, { file: string; isEntry?: boolean; css?: string[] }> = JSON.parse(
    readFileSync(join(dist, 'manifest.json'), 'utf8')
  )
  return Object.values(manifest).filter(({ isEntry }) => isEntry).flatMap(({ file, css }) => [file, ...(css ?? [])])
}

function namedInPage(html: string, dist: string): string[] {
  const links = [...html.matchAll(/<(?:script|link)\b[^>]*?\b(?:src|href)="([^"]+\.(?:m?js|css))"/g)].map((match) => match[1] ?? '')
  return links.map((url) => inDist(dist, url)).filter((path) => path !== undefined)
}

/** `/field/assets/x.js` and `./assets/x.js` both mean `assets/x.js` of the app's folder. */
function inDist(dist: string, url: string): string | undefined {
  const tries = [url.replace(/^\.?\//, ''), url.replace(/^\/[^/]+\//, '')]
  return tries.find((path) => existsSync(join(dist, path)))
}

function closure(dist: string, from: readonly string[]): Set<string> {
  const seen = new Set<string>()
  const queue = [...from]
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path)) continue
    seen.add(path)
    queue.push(...importsOf(dist, path).now)
  }
  return seen
}

/** Static imports of a built chunk, and its lazy ones, each with the styles that Vite loads beside it. */
function importsOf(dist: string, path: string): { now: string[]; lazy: string[][] } {
  if (path.endsWith('.css')) return { now: [], lazy: [] }
  const text = readFileSync(join(dist, path), 'utf8')
  const exists = (file: string) => existsSync(join(dist, file))
  const resolve = (specifier: string) => normalize(join(dirname(path), specifier))
  const now = [...text.matchAll(/\b(?:import|from)\s*["'](\.[^"']+)["']/g)].map((match) => resolve(match[1] ?? ''))
  const lazy = [...text.matchAll(/\bimport\(\s*["'`](\.[^"'`]+)["'`]\s*\)([^;]{0,120}?__vite__mapDeps\(\[([\d,]*)\]\))?/g)]
  const styles = (indexes: string) => viteDependencies(text, indexes).filter((file) => file.endsWith('.css'))
  return {
    now: now.filter(exists),
    lazy: lazy.map((match) => [resolve(match[1] ?? ''), ...styles(match[3] ?? '')].filter(exists))
  }
}

/** `__vite__mapDeps([0,2])` names files by their place in a list at the top of the chunk. */
function viteDependencies(text: string, indexes: string): string[] {
  const list = /__vite__mapDeps=[^[]*?\[([^\]]*)\]/.exec(text)?.[1] ?? ''
  const files = [...list.matchAll(/["']([^"']+)["']/g)].map((match) => (match[1] ?? '').replace(/^\.?\//, ''))
  return indexes.split(',').flatMap((index) => (index === '' ? [] : (files[Number(index)] ?? [])))
}
