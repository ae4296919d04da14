import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshSecret } from './fresh-secret.ts'

test('a secret written anew is used without a restart; a file that is gone or empty leaves the last one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sampark-secret-'))
  const file = join(folder, 'secret')
  const write = (text: string, seconds: number) => {
    writeFileSync(file, text)
    utimesSync(file, seconds, seconds)
  }
  write('first\n', 1_000)
  const secret = freshSecret(file, 'first')
  expect(secret()).toBe('first')
  write('second\n', 2_000)
  expect(secret()).toBe('second')
  write('', 3_000)
  expect(secret()).toBe('second')
  rmSync(folder, { recursive: true })
  expect(secret()).toBe('second')
  expect(freshSecret(undefined, 'from the environment')()).toBe('from the environment')
})
