import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export type GoldenRole = 'officer' | 'field_worker' | 'viewer' | 'citizen'

/** Something that happens in the office beside the wire; `golden-office.ts` knows how. */
export type OfficeAct = 'grant ward B' | 'revoke ward B' | 'refuse households' | 'take households'

export interface Exchange {
  request: Record<string, unknown>
  reply: Record<string, unknown>
}

/**
 * One recorded conversation. `exchanges` is one request and its reply; for a pull as many as it takes until every page
 * says `done`. Tokens travel in headers and are not recorded; those in bodies are replaced by "(secret)".
 */
export interface GoldenStep {
  about: string
  /** What happened in the office before it. */
  before: OfficeAct[]
  as: GoldenRole
  path: string
  status: number
  exchanges: Exchange[]
}

const folderOf = (version: number) => resolve(import.meta.dirname, `../../shared/protocol/golden/v${version}`)

/** All recorded steps of a protocol version, in their order; each builds on what the earlier ones left. */
export function readGolden(version: number): GoldenStep[] {
  const names = readdirSync(folderOf(version)).filter((name) => /^\d\d-/.test(name))
  return names.sort().map((name) => JSON.parse(readFileSync(join(folderOf(version), name), 'utf8')) as GoldenStep)
}

/** JSON Schema of each reply as that version defined it, by path. */
export function readGoldenSchemas(version: number): Record<string, object> {
  return JSON.parse(readFileSync(join(folderOf(version), 'reply-schemas.json'), 'utf8')) as Record<string, object>
}

export function writeGolden(version: number, steps: readonly GoldenStep[], schemas: Record<string, unknown>): void {
  const folder = folderOf(version)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const write = (name: string, value: unknown) => writeFileSync(join(folder, name), `${JSON.stringify(value, null, 2)}\n`)
  for (const [index, step] of steps.entries()) {
    const name = step.about.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').slice(0, 60).replace(/-$/, '')
    write(`${String(index + 1).padStart(2, '0')}-${name}.json`, step)
  }
  write('reply-schemas.json', schemas)
}
