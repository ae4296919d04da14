import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { listFiles } from './source-files.ts'

/** URLs, relative to `dist`, of the precache list that the build wrote into the service worker of an app. */
export function precachedUrls(dist: string): string[] {
  const scripts = listFiles(dist, '.').filter((path) => /^(service-worker|sw)[\w.-]*\.m?js$/.test(path))
  const text = scripts.map((path) => readFileSync(join(dist, path), 'utf8')).join('\n')
  const entries = [...text.matchAll(/\{[^{}]*\brevision\b[^{}]*\}/g)].map((match) => match[0])
  const urls = entries.map((entry) => /\burl["']?\s*:\s*["'`]([^"'`]+)["'`]/.exec(entry)?.[1])
  return [...new Set(urls.filter((url) => url !== undefined))].map((url) => url.replace(/^\/[^/]+\//, '').replace(/\?.*$/, ''))
}
