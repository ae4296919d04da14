import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { auditKey } from '#server/audit/audit-segment.ts'
import { verifyAudit, type Verification } from '#server/audit/verify-audit.ts'
import { readProcessConfig } from '#server/config.ts'
import { acceptedKeys } from '#server/ports/derive-key.ts'
import { createDirectory, type Directory } from '#server/postgres/directory.ts'
import { createPool } from '#server/postgres/pool.ts'
import { createDatabase } from '#server/postgres/transaction.ts'

const usage = 'npm run audit:verify -- [--tenant SLUG] [--heads FILE] [--write-heads FILE]'
const headsSchema = z.record(z.string(), z.array(z.object({ day: z.string(), number: z.number(), hash: z.string() })))

function readArguments() {
  const options = { tenant: { type: 'string' }, heads: { type: 'string' }, 'write-heads': { type: 'string' } } as const
  try {
    return parseArgs({ options }).values
  } catch {
    throw new Error(usage)
  }
}

async function tenantsOf(directory: Directory, slug: string | undefined): Promise<string[]> {
  if (slug === undefined) return directory.activeTenantIds()
  const tenant = await directory.tenantOfSlug(slug)
  if (!tenant) throw new Error(`There is no office "${slug}".`)
  return [tenant.tenantId]
}

function tell(tenantId: string, { findings, segments, rows, open, heads }: Verification): void {
  const last = heads.at(-1)
  console.log(`${tenantId}: ${rows} rows in ${segments} segments, ${open} not sealed yet${last ? `, head ${last.number} ${last.hash}` : ''}`)
  for (const { what, segment, entryId } of findings) console.log(`  ${what}: ${entryId === null ? '' : `row ${entryId}, `}segment ${segment}`)
}

/**
 * `npm run audit:verify`: holds the audit against its seals and names what was changed, removed or put in; exits with 1 then.
 * `--write-heads` keeps the head of each day in a file, to be stored elsewhere; `--heads` demands those of such a file.
 */
async function main(): Promise<void> {
  const args = readArguments()
  const config = readProcessConfig()
  const pool = createPool({ url: config.DATABASE_URL ?? config.APP_DATABASE_URL, name: 'audit', max: 2 })
  const kept = args.heads === undefined ? {} : headsSchema.parse(JSON.parse(readFileSync(args.heads, 'utf8')))
  const heads: z.infer<typeof headsSchema> = {}
  let found = 0
  try {
    for (const tenantId of await tenantsOf(createDirectory(pool), args.tenant)) {
      const result = await verifyAudit(createDatabase(pool), acceptedKeys(config).map(auditKey), { tenantId, kept: kept[tenantId] ?? [] })
      tell(tenantId, result)
      found += result.findings.length
      heads[tenantId] = result.heads
    }
  } finally {
    await pool.end()
  }
  if (args['write-heads'] !== undefined) writeFileSync(args['write-heads'], JSON.stringify(heads, null, 2))
  console.log(found === 0 ? 'The audit is as it was sealed.' : `${found} findings.`)
  if (found > 0) process.exitCode = 1
}

await main().catch((error: unknown) => {
  console.error((error as Error).message)
  process.exitCode = 1
})
