import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { accessActions } from '#shared/identity/access-policy.ts'
import { readWords, rolesPage, rolesTable, withTable } from './roles-page.ts'

test('the page about roles shows the policy as it is; after a change: npx tsx scripts/docs/roles-page.ts', () => {
  const page = readFileSync(rolesPage, 'utf8')
  expect(page).toBe(withTable(page, rolesTable(readWords())))
})

test('every action has a name that a reader understands', () => {
  const lines = rolesTable(readWords()).split('\n')
  for (const action of accessActions) {
    const line = lines.find((one) => one.includes(`(\`${action}\`)`))
    expect(line).toBeDefined()
    expect(line).not.toMatch(new RegExp(`^\\| ${action.replace('.', '\\.')} `))
  }
})
