import { parseArgs } from 'node:util'
import { readProcessConfig } from '#server/config.ts'
import { applyRetention } from '#server/features/privacy/retention.ts'
import { defaultRetention, type RetentionRules } from '#shared/privacy/retention.ts'
import { withOffice } from './privacy-office.ts'

const usage = `npm run retention -- --tenant SLUG [--dry-run] [--closed-reports DAYS] [--settled-issues DAYS] [--messages DAYS]`

/** Applies the rules of docs/privacy.md to one office; `--dry-run` only counts. Meant for cron, or by hand. */
async function main(): Promise<void> {
  const text = { type: 'string' } as const
  const options = { tenant: text, 'dry-run': { type: 'boolean' }, 'closed-reports': text, 'settled-issues': text, messages: text } as const
  const { values } = parseArgs({ options })
  if (!values.tenant) throw new Error(usage)
  const days = (given: string | undefined, usual: number) => {
    const number = given === undefined ? usual : Number(given)
    if (!Number.isInteger(number) || number < 30) throw new Error('Days are whole numbers of at least 30.')
    return number
  }
  const rules: RetentionRules = {
    closedReports: days(values['closed-reports'], defaultRetention.closedReports),
    settledIssues: days(values['settled-issues'], defaultRetention.settledIssues),
    messages: days(values.messages, defaultRetention.messages)
  }
  const dryRun = values['dry-run'] ?? false
  const report = await withOffice(readProcessConfig(), values.tenant, ({ tenant, needs }) => applyRetention(needs, tenant.tenantId, { rules, dryRun }))
  for (const [rule, count] of Object.entries(report))
    console.log(`${rule.padEnd(14)} older than ${String(rules[rule as keyof RetentionRules]).padStart(5)} days: ${count} ${dryRun ? 'would go' : 'gone'}`)
}

await main().catch((error: unknown) => {
  console.error((error as Error).message)
  process.exitCode = 1
})
