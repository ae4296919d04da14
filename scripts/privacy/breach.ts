import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readProcessConfig } from '#server/config.ts'
import { recordAudit } from '#server/audit/record-audit.ts'
import { affectedPeople, csvLine, wardsOfDevice } from '#server/features/privacy/affected-people.ts'
import { withOffice } from './privacy-office.ts'

const usage = `npm run breach -- affected --tenant SLUG --noticed 2026-11-21T10:00:00Z --out FILE.csv [--device ID | --ward ID]...
  Writes who is to be told (whole office without --device or --ward) and notes in the audit when the 72 hours began.`

const hourMs = 3_600_000

async function main(): Promise<void> {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { tenant: text, noticed: text, out: text, device: text, ward: { type: 'string', multiple: true } } })
  const { tenant: slug, noticed, out, device, ward } = values
  const noticedAt = Date.parse(noticed ?? '')
  if (positionals[0] !== 'affected' || !slug || !out || Number.isNaN(noticedAt)) throw new Error(usage)
  await withOffice(readProcessConfig(), slug, async ({ tenant, needs }) => {
    const { people, reportBy } = await needs.database.withTenant(tenant, async (tx) => {
      const wards = device ? await wardsOfDevice(tx, device) : (ward ?? null)
      const affected = await affectedPeople(tx, wards)
      const clock = { noticedAt: new Date(noticedAt).toISOString(), reportBy: new Date(noticedAt + 72 * hourMs).toISOString() }
      const subject = device ? { type: 'device', id: device } : undefined
      await recordAudit(tx, needs, { action: 'privacy.breach', actor: null, ...(subject && { subject }), after: { ...clock, affected: affected.length } })
      return { people: affected, reportBy: clock.reportBy }
    })
    const lines = people.map(({ name, phone, email, language }) => csvLine([name, phone, email, language]))
    writeFileSync(out, csvLine(['name', 'phone', 'email', 'language']) + lines.join(''), { mode: 0o600 })
    const left = Math.floor((Date.parse(reportBy) - needs.clock.now()) / hourMs)
    console.log(`${people.length} people to be told, in ${out} (readable by you alone; delete it when they are told).`)
    console.log(`Tell them and the Board at once; the full report is due by ${reportBy}: ${left >= 0 ? `${left} hours left` : `${-left} hours late`}.`)
  })
}

await main().catch((error: unknown) => {
  console.error((error as Error).message)
  process.exitCode = 1
})
