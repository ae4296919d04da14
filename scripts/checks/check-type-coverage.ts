import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { type CheckResult, runAsProgram } from './check-result.ts'
import { listSourceFiles } from './source-files.ts'

/** The projects that the type gates of scripts/check.mjs run. */
const projects = ['tsconfig.json', 'shared/tsconfig.json', 'client/tsconfig.json', 'client/service-worker/tsconfig.json', 'e2e/tsconfig.json']

const vueFiles = [{ extension: '.vue', isMixedContent: true, scriptKind: ts.ScriptKind.Deferred }]

/** A file outside every project is a file without types: each .ts and .vue file of the floors belongs to one. */
export function checkTypeCoverage(root: string): CheckResult {
  const present = projects.filter((project) => existsSync(join(root, project)))
  const covered = new Set(present.flatMap((project) => filesOf(root, project)))
  const files = listSourceFiles(root).filter((path) => /\.(ts|vue)$/.test(path))
  const problems = [
    ...projects.filter((project) => !present.includes(project)).map((project) => `types: ${project} is missing`),
    ...files.filter((path) => !covered.has(path)).map((path) => `types: ${path} belongs to no project`)
  ]
  return { problems, summary: `type coverage: ${files.length} files in ${present.length} projects` }
}

function filesOf(root: string, project: string): string[] {
  const path = join(root, project)
  const { config } = ts.readConfigFile(path, ts.sys.readFile)
  const folder = join(path, '..')
  const parsed = ts.parseJsonConfigFileContent(config, ts.sys, folder, undefined, path, undefined, vueFiles)
  return parsed.fileNames.map((file) => relative(root, file).replaceAll('\\', '/'))
}

await runAsProgram(import.meta.url, checkTypeCoverage)
