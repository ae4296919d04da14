import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readProcessConfig } from '#server/config.ts'
import { affectedFile } from '#server/features/privacy/breaches/affected-people.ts'
import { recordBreach } from '#server/features/privacy/breaches/record-breach.ts'
import { breachDataKinds, breachScopeSchema, newBreachSchema } from '#shared/privacy/breach.ts'
import { withOffice } from './privacy-office.ts'

const usage = `npm run breach -- affected --tenant SLUG --noticed 2026-11-21T10:00:00Z --out FILE.csv [--device ID | --ward ID]... [--what TEXT]
  Records a breach, from whose notice the 72 hours run, and writes who is to be told (whole office without --device or --ward). The owner sees it under Privacy.`

const hourMs = 3_600_000

async function main(): Promise<void> {
  const text = { type: 'string' } as const
  const many = { type: 'string', multiple: true } as const
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { tenant: text, noticed: text, out: text, what: text, device: many, ward: many } })
  const { tenant: slug, noticed, out, device, ward, what = 'Recorded by the operator at the prompt.' } = values
  const noticedAt = Date.parse(noticed ?? '')
  if (positionals[0] !== 'affected' || !slug || !out || Number.isNaN(noticedAt)) throw new Error(usage)
  const scope = breachScopeSchema.parse(device ? { kind: 'devices', ids: device } : ward ? { kind: 'wards', ids: ward } : { kind: 'office' })
  const breach = newBreachSchema.parse({
    noticedAt: new Date(noticedAt).toISOString(), noticedBy: 'operator', openFrom: null, openUntil: null, scope, dataKinds: breachDataKinds.filter((kind) => kind !== 'accounts'), words: { what, consequences: '', measures: '', advice: '', cause: '', contact: '' }
  })
  await withOffice(readProcessConfig(), slug, async ({ tenant, needs }) => {
    const { people, dueAt } = await needs.database.withTenant(tenant, (tx) => recordBreach(tx, needs, { breach, by: null }))
    writeFileSync(out, affectedFile(people), { mode: 0o600 })
    const left = Math.floor((Date.parse(dueAt) - needs.clock.now()) / hourMs)
    console.log(`${people.length} people to be told, in ${out} (readable by you alone; delete it when they are told).`)
    console.log(`Tell them and the Board at once; the full report is due by ${dueAt}: ${left >= 0 ? `${left} hours left` : `${-left} hours late`}.`)
  })
}

await main().catch((error: unknown) => {
  console.error((error as Error).message)
  process.exitCode = 1
})
