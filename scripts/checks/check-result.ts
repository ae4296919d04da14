import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What a check found: `problems` are sentences that name the file, `summary` is one line for people. */
export type CheckResult = { problems: string[]; summary: string }

/**
 * Runs a check when its file is the program node was started with, and sets the exit code. Imported by a test it does nothing.
 *
 * @param moduleUrl `import.meta.url` of the check
 * @param check receives the root folder, the working directory of the process
 */
export async function runAsProgram(moduleUrl: string, check: (root: string) => CheckResult | Promise<CheckResult>): Promise<void> {
  if (resolve(process.argv[1] ?? '') !== fileURLToPath(moduleUrl)) return
  const { problems, summary } = await check(process.cwd())
  for (const problem of problems) console.error(problem)
  console.log(summary)
  process.exitCode = problems.length > 0 ? 1 : 0
}
