import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CheckResult, runAsProgram } from './check-result.ts'
import { isBuilt, listFiles } from './source-files.ts'

const pages = ['README.md', 'docs/architecture.md', 'docs/security/asvs.md', 'docs/security/threat-model.md', 'docs/roles.md', 'docs/privacy.md']

const topFolders = new Set(['shared', 'client', 'server', 'e2e', 'docs', 'deploy', 'scripts', '.ci', '.github'])

/** Folders that exist only after a start, a build or a test run. */
const madeLater = /^(\.data|dist|test-results|node_modules|playwright-report)(\/|$)/

/** Every path in backticks in the README and the architecture page exists; `server/features/<noun>/` and globs need one match. */
export function checkDocs(root: string): CheckResult {
  const present = pages.filter((page) => existsSync(join(root, page)))
  const missing = pages.filter((page) => !present.includes(page))
  const named = present.flatMap((page) => pathsNamedIn(readFileSync(join(root, page), 'utf8')).map((path) => ({ page, path })))
  const problems = named.filter(({ path }) => !pathExists(root, path)).map(({ page, path }) => `${page}: names ${path}, which does not exist`)
  if (isBuilt(root)) problems.push(...missing.map((page) => `docs: ${page} is missing`))
  return { problems, summary: `docs: ${present.length} pages, ${named.length} paths named` }
}

/** Paths in inline code: what starts with one of the top folders. Code blocks are left out: they show trees and output. */
export function pathsNamedIn(markdown: string): string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```/gm, '')
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => (match[1] ?? '').replace(/:\d+(-\d+)?$/, ''))
  const paths = spans.filter((text) => /^[\w.@<>*-]+(\/[\w.@<>*-]*)+$/.test(text) && topFolders.has(text.split('/')[0] ?? ''))
  return [...new Set(paths)].filter((path) => !madeLater.test(path))
}

function pathExists(root: string, path: string): boolean {
  if (!/[<>*]/.test(path)) return existsSync(join(root, path))
  const escaped = path.replace(/\/$/, '').replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  const pattern = new RegExp(`^${escaped.replace(/<[\w-]+>/g, '[^/]+').replace(/\*\*/g, '.+').replace(/(?<!\.)\*/g, '[^/]*')}(/|$)`)
  return listFiles(root, path.split('/')[0] ?? '.').some((file) => pattern.test(file))
}

await runAsProgram(import.meta.url, checkDocs)
