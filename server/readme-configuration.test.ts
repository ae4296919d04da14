import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { configTable } from './config.ts'

test('the README tells every configuration key as the code has it', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  for (const { key, description, fallback } of configTable()) {
    expect(readme).toContain(`| \`${key}\` | ${description} | ${fallback ? `\`${fallback}\`` : ''} |`)
  }
})
