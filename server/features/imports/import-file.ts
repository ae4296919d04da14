import { readFile, stat } from 'node:fs/promises'
import { ImportFileError } from '#shared/imports/import-report.ts'

/** More than any city's wards or a year of its requests; the whole file is held in memory. */
const mostBytes = 300_000_000

/** The JSON of a file. Throws an ImportFileError with a sentence for a missing, too large or broken one. */
export async function readImportFile(path: string): Promise<unknown> {
  const facts = await stat(path).catch(() => null)
  if (!facts?.isFile()) throw new ImportFileError(`There is no file ${path}.`)
  if (facts.size > mostBytes)
    throw new ImportFileError(`${path} is larger than ${mostBytes / 1_000_000} MB; divide it.`)
  const text = await readFile(path, 'utf8')
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown
  } catch (error) {
    throw new ImportFileError(`${path} is not valid JSON, perhaps cut off: ${(error as Error).message}.`, {
      cause: error
    })
  }
}
