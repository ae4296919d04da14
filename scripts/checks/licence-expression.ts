const allowed = [
  'MIT', 'MIT-0', '0BSD', 'BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'Apache-2.0', 'MPL-2.0', 'BlueOak-1.0.0', 'Zlib',
  'CC0-1.0', 'Unlicense', 'PostgreSQL'
]

/**
 * Whether an SPDX expression lets us ship the package: every side of an AND must be allowed, one side of an OR is enough.
 *
 * @param expression as in package.json, for example `(MIT OR GPL-3.0-only)`; an empty one is refused
 * @param extra further licences allowed for this one package
 */
export function isAllowedLicence(expression: string, extra: readonly string[] = []): boolean {
  const tokens = expression.match(/[()]|[^\s()]+/g) ?? []
  const ok = new Set([...allowed, ...extra])
  const parser = { tokens, ok, at: 0 }
  const verdict = readOr(parser)
  return verdict && parser.at === tokens.length
}

type Parser = { tokens: string[]; ok: Set<string>; at: number }

function readOr(parser: Parser): boolean {
  let verdict = readAnd(parser)
  while (parser.tokens[parser.at] === 'OR') {
    parser.at += 1
    const right = readAnd(parser)
    verdict = verdict || right
  }
  return verdict
}

function readAnd(parser: Parser): boolean {
  let verdict = readOne(parser)
  while (parser.tokens[parser.at] === 'AND') {
    parser.at += 1
    const right = readOne(parser)
    verdict = verdict && right
  }
  return verdict
}

function readOne(parser: Parser): boolean {
  const token = parser.tokens[parser.at] ?? ''
  parser.at += 1
  if (token !== '(') return parser.ok.has(token)
  const verdict = readOr(parser)
  const isClosed = parser.tokens[parser.at] === ')'
  parser.at += 1
  return verdict && isClosed
}
