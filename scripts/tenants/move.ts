import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { exportTenant } from '#server/features/tenants/archive/export-tenant.ts'
import { importTenant } from '#server/features/tenants/archive/import-tenant.ts'
import { newId } from '#server/ports/new-id.ts'
import { findOffice, readArguments, type OperatorCommand } from './operator-access.ts'

const text = { type: 'string' } as const
const gigabyte = 1_000_000_000

export const exportCommand: OperatorCommand = {
  usage: 'export OFFICE FILE.tar.gz',
  async run(access, args) {
    const [wanted, file] = readArguments(args, {}).positionals
    if (!wanted || !file) throw new Error(`Usage: npm run tenant -- ${exportCommand.usage}`)
    const { tenantId } = await findOffice(access, wanted)
    const draft = `${file}.part`
    try {
      const output = createWriteStream(draft, { flags: 'wx', mode: 0o600 })
      const { parts } = await exportTenant({ ...access, workFolder: join(access.config.DATA_DIR, 'exports') }, { tenantId, output })
      await rename(draft, file)
      const rows = parts.reduce((sum, part) => sum + (part.rows ?? 0), 0)
      const files = parts.filter(({ path }) => path.startsWith('files/')).length
      access.print(`${file} holds ${rows} rows of ${parts.filter((part) => part.columns).length} tables and ${files} files. It holds personal data: keep it like the database.`)
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
  }
}

export const importCommand: OperatorCommand = {
  usage: 'import FILE.tar.gz [--slug S --prefix P (as a copy, under a new id and without hosts)] [--most-gb 50]',
  async run(access, args) {
    const { values, positionals } = readArguments(args, { slug: text, prefix: text, 'most-gb': text })
    const [path] = positionals
    const mostBytes = Number(values['most-gb'] ?? 50) * gigabyte
    if (!path || !(mostBytes > 0) || !values.slug !== !values.prefix) throw new Error(`Usage: npm run tenant -- ${importCommand.usage}`)
    const as = values.slug && values.prefix ? { tenantId: newId(access.clock), slug: values.slug, trackingPrefix: values.prefix } : undefined
    const { manifest } = await importTenant(access, { path, mostBytes, ...(as && { as }) })
    access.print(`The office "${manifest.tenant.name}" is here, at /o/${as?.slug ?? manifest.tenant.slug}/: every count and hash is as in the archive.`)
    access.print('Nobody has a password yet: npm run user:recover prints a link for the owner, who sends the others theirs.')
  }
}
