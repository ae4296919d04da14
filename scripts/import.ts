import { importOpen311 } from '#server/features/imports/import-open311.ts'
import { readImportFile } from '#server/features/imports/import-file.ts'
import { importWards } from '#server/features/imports/import-wards.ts'
import { readProcessConfig } from '#server/config.ts'
import { systemClock } from '#server/ports/clock.ts'
import { newId } from '#server/ports/new-id.ts'
import { createPool } from '#server/postgres/pool.ts'
import { createDatabase } from '#server/postgres/transaction.ts'
import { openPublisher } from '#server/redis/publish.ts'
import { announcementChannel, type Announcement } from '#server/sync/announce-records.ts'
import { AppError } from '#shared/errors.ts'
import type { ImportReport, ReadRows } from '#shared/imports/import-report.ts'
import { readOpen311File } from '#shared/imports/open311-file.ts'
import { readWardFile, type WardFields } from '#shared/imports/ward-file.ts'
import { readImportArguments, type ImportArguments } from './imports/import-arguments.ts'
import { chooseTenant } from './imports/import-tenant.ts'
import { printReport } from './imports/print-report.ts'

interface Addresses {
  ownerUrl: string
  redisUrl: string
}

async function runImport({ ownerUrl, redisUrl }: Addresses, args: ImportArguments): Promise<ImportReport> {
  const json = await readImportFile(args.file)
  const judged = judgeForNewTenant(args, json)
  if (judged && args.onError === 'stop' && judged.refused.length > 0) return stoppedReport(args, judged)
  const pool = createPool({ url: ownerUrl, name: 'import', max: 2 })
  const publisher = await openPublisher(redisUrl)
  const log = (line: string) => console.error(line)
  try {
    const tenant = await chooseTenant({ ownerUrl, pool, clock: systemClock, log }, args)
    const announce = (change: Announcement) => publisher.publish(announcementChannel, change)
    const needs = { database: createDatabase(pool), clock: systemClock, newId: () => newId(systemClock), announce }
    const options = { tenant, onError: args.onError, dryRun: args.dryRun }
    if (args.kind === 'open311-requests') return await importOpen311(needs, options, json)
    return await importWards(needs, { ...options, ...wardFields(args) }, json)
  } finally {
    publisher.close()
    await pool.end()
  }
}

/** A file that will be refused makes no office: its rows are judged before. Null where the office is there already. */
function judgeForNewTenant(args: ImportArguments, json: unknown): ReadRows<unknown> | null {
  if (!args.createTenant) return null
  if (args.kind === 'wards') return readWardFile(json, wardFields(args))
  return readOpen311File(json, { timeZone: args.createTenant.timeZone, now: systemClock.now() })
}

function stoppedReport({ dryRun }: ImportArguments, { read, refused, mended }: ReadRows<unknown>): ImportReport {
  return { dryRun, read, refused, mended, created: 0, updated: 0, unchanged: 0, stopped: true }
}

function wardFields(args: ImportArguments): WardFields {
  return { nameField: args.nameField ?? '', numberField: args.numberField }
}

/** `npm run import`: exits with 1 when the file or the arguments are wrong, or when refused rows stopped everything. */
async function main(): Promise<void> {
  const args = readImportArguments(process.argv.slice(2))
  const config = readProcessConfig()
  if (!config.DATABASE_URL) throw new Error("DATABASE_URL is needed: imports run with the owner's address.")
  const report = await runImport({ ownerUrl: config.DATABASE_URL, redisUrl: config.REDIS_URL }, args)
  if (args.json) console.log(JSON.stringify(report, null, 2))
  else printReport(report, (line) => console.log(line))
  if (report.stopped) process.exitCode = 1
}

await main().catch((error: unknown) => {
  console.error(error instanceof AppError ? error.detail : (error as Error).message)
  process.exitCode = 1
})
