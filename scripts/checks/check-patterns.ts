import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isSafe } from 'redos-detector'
import ts from 'typescript'
import { runAsProgram, type CheckResult } from './check-result.ts'
import { isCode, isTest, listFiles } from './source-files.ts'

/** What meets text of strangers. A client meets its own person's text and the server's, scripts our own files. */
const floors = ['shared', 'server'] as const

/** Files whose quadratic or made patterns never meet text of a stranger, and what they read instead. */
const readsOurOwn: Readonly<Record<string, string>> = {
  'shared/i18n/translator.ts': 'the texts of the catalogues',
  'shared/messaging/push-subscription.ts': 'made from a number of the program',
  'shared/search-key/search-index.ts': 'made from a search key: letters alone',
  'server/config.ts': 'the settings of the operator',
  'server/http/openapi/openapi.ts': 'the paths of the route table',
  'server/portal/html.ts': 'the templates in the source',
  'server/ports/adapters/s3/s3-file-store.ts': 'answers of the store that the operator names'
}

/**
 * Regular expressions that can take exponential or high polynomial time on a hostile text (ReDoS, CWE-1333), and patterns
 * made while running, which nobody has judged.
 */
export function checkPatterns(root: string): CheckResult {
  const files = floors.flatMap((floor) => listFiles(root, floor)).filter((path) => isCode(path) && !isTest(path) && !path.startsWith('server/testing/') && !(path in readsOurOwn))
  const found = files.flatMap((path) => patternsIn(path, readFileSync(join(root, path), 'utf8')))
  const problems = found.flatMap(({ path, line, pattern }) => (pattern === null || isHarmless(pattern) ? [] : [`${path}:${line}: ${String(pattern)} can take very long on a hostile text`]))
  const made = found.filter(({ pattern }) => pattern === null).map(({ path, line }) => `${path}:${line}: makes a pattern while running; write it as a literal`)
  const gone = Object.keys(readsOurOwn).filter((path) => !existsSync(join(root, path))).map((path) => `${path}: is excused but does not exist`)
  return { problems: [...problems, ...made, ...gone], summary: `patterns: ${found.length} in ${files.length} files` }
}

/** Steps of backtracking that a short text may cost. Linear and mildly polynomial patterns on bounded input stay below. */
const backtracks = 500

export function isHarmless(pattern: RegExp): boolean {
  return isSafe(pattern, { maxScore: backtracks, timeout: 30_000 }).safe
}

interface FoundPattern {
  readonly path: string
  readonly line: number
  /** null: made while running. */
  readonly pattern: RegExp | null
}

/** Regular expressions of a file, in literals and in `new RegExp('...')`. */
export function patternsIn(path: string, text: string): FoundPattern[] {
  const script = path.endsWith('.vue') ? (/<script[^>]*>([\s\S]*?)<\/script>/.exec(text)?.[1] ?? '') : text
  const source = ts.createSourceFile(path, script, ts.ScriptTarget.Latest, true)
  const found: FoundPattern[] = []
  const visit = (node: ts.Node): void => {
    const line = () => source.getLineAndCharacterOfPosition(node.getStart()).line + 1
    if (ts.isRegularExpressionLiteral(node)) found.push({ path, line: line(), pattern: patternOf(node.text) })
    else if (ts.isNewExpression(node) && node.expression.getText() === 'RegExp') found.push({ path, line: line(), pattern: madeOf(node) })
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function patternOf(literal: string): RegExp {
  const end = literal.lastIndexOf('/')
  return new RegExp(literal.slice(1, end), literal.slice(end + 1))
}

function madeOf(node: ts.NewExpression): RegExp | null {
  const [source, flags] = node.arguments ?? []
  if (!source || !ts.isStringLiteralLike(source)) return null
  return new RegExp(source.text, flags && ts.isStringLiteralLike(flags) ? flags.text : '')
}

await runAsProgram(import.meta.url, checkPatterns)
