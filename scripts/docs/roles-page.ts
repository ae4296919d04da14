import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { accessActions, accessPolicy, type AccessAction, type AccessCondition } from '#shared/identity/access-policy.ts'
import { officeRoles } from '#shared/identity/actor.ts'

export const rolesPage = join(import.meta.dirname, '../../docs/roles.md')
const marks = { begin: '<!-- table: npx tsx scripts/docs/roles-page.ts -->', end: '<!-- end of table -->' }

const askers = [...officeRoles, 'citizen', 'system'] as const
const conditionWords: Readonly<Record<AccessCondition, string>> = {
  any: 'yes',
  own: 'own',
  ownWard: 'own ward',
  assigned: 'assigned',
  publicWords: 'public words'
}

/** What the office's screens do not name, because no custom role can choose it. */
const unnamed: Partial<Record<AccessAction, string>> = {
  'ward.read': 'See the wards',
  'device.read': 'See devices and what they have not sent',
  'entry.winOverField': 'The office’s word in a conflict of a field that says so',
  'grievance.rate': 'Rate the answer',
  'grievance.appeal': 'Appeal against the answer'
}

/** The policy table as Markdown: a line an action, a column a role, in the words that the screen of roles uses. */
export function rolesTable(words: Readonly<Record<string, string>>): string {
  const nameOf = (action: AccessAction) => words[`admin.action.${action}`] ?? unnamed[action] ?? action
  const lines = accessActions.map((action) => {
    const row: Partial<Record<string, readonly AccessCondition[]>> = accessPolicy[action]
    const cells = askers.map((role) => (row[role] ?? []).map((condition) => conditionWords[condition]).join(', '))
    return `| ${[`${nameOf(action)} (\`${action}\`)`, ...cells].join(' | ')} |`
  })
  const head = ['may', ...askers.map((role) => role.replace('_', ' '))]
  return [`| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`, ...lines].join('\n')
}

/** The page with the table of today between its marks. */
export function withTable(page: string, table: string): string {
  const [before, rest = ''] = page.split(marks.begin)
  return `${before}${marks.begin}\n\n${table}\n\n${marks.end}${rest.split(marks.end)[1] ?? ''}`
}

export function readWords(): Record<string, string> {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../../shared/i18n/en/admin.json'), 'utf8')) as Record<string, string>
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(rolesPage, withTable(readFileSync(rolesPage, 'utf8'), rolesTable(readWords())))
}
