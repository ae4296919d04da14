import { eraseTenant } from '#server/features/tenants/lifecycle/erase-tenant.ts'
import { changeHost, isHostName } from '#server/features/tenants/lifecycle/tenant-hosts.ts'
import { deleteTenant, mayErase, resumeTenant, setQuotas, suspendTenant, type Quotas } from '#server/features/tenants/lifecycle/tenant-status.ts'
import { deriveKey } from '#server/ports/derive-key.ts'
import { newId } from '#server/ports/new-id.ts'
import { findOffice, readArguments, type OperatorAccess, type OperatorCommand } from './operator-access.ts'

const text = { type: 'string' } as const
const needsOf = (access: OperatorAccess) => ({ ...access, newId: () => newId(access.clock) })

export const listCommand: OperatorCommand = {
  usage: 'list',
  async run({ pool, print }) {
    const { rows } = await pool.query<{ slug: string; status: string; name: string; eraseAfter: string | null; quotas: Quotas }>('select * from operator_tenants() order by slug')
    for (const { slug, status, name, eraseAfter, quotas } of rows) {
      const facts = [status, eraseAfter && `erased after ${eraseAfter}`, ...Object.entries(quotas).map(([key, value]) => `${key} ${value}`)]
      print(`${slug.padEnd(20)} ${name} (${facts.filter(Boolean).join(', ')})`)
    }
  }
}

export const suspendCommand = simple('suspend OFFICE', async (access, { tenantId, name }) => {
  await suspendTenant(needsOf(access), tenantId)
  access.print(`"${name}" is suspended within seconds: nobody logs in, phones keep their work, nothing is removed.`)
})

export const resumeCommand = simple('resume OFFICE', async (access, { tenantId, name }) => {
  await resumeTenant(needsOf(access), tenantId)
  access.print(`"${name}" is open again.`)
})

export const eraseCommand = simple('erase OFFICE', async (access, { tenantId }) => {
  await mayErase(needsOf(access), tenantId)
  const proof = await eraseTenant({ ...access, key: deriveKey(access.config.SECRET_KEY, 'erasure records') }, tenantId)
  access.print(JSON.stringify(proof, null, 2))
})

export const deleteCommand: OperatorCommand = {
  usage: 'delete OFFICE [--grace-days 30]',
  async run(access, args) {
    const { values, positionals } = readArguments(args, { 'grace-days': text })
    const days = wholeNumber(values['grace-days'] ?? '30', deleteCommand.usage)
    const { tenantId, name } = await findOffice(access, positionals[0] ?? '')
    const eraseAfter = await deleteTenant(needsOf(access), tenantId, days)
    access.print(`"${name}" is closed. After ${eraseAfter} "erase" removes it for good; until then "resume" opens it again.`)
  }
}

export const quotaCommand: OperatorCommand = {
  usage: 'quota OFFICE [--users N|none] [--storage-mb N|none] [--messages-per-day N|none]',
  async run(access, args) {
    const { values, positionals } = readArguments(args, { users: text, 'storage-mb': text, 'messages-per-day': text })
    const { tenantId } = await findOffice(access, positionals[0] ?? '')
    const limit = (value: string | undefined, unit = 1) => (value === undefined ? undefined : value === 'none' ? null : wholeNumber(value, quotaCommand.usage) * unit)
    const quotas = { users: limit(values.users), storageBytes: limit(values['storage-mb'], 1_000_000), messagesPerDay: limit(values['messages-per-day']) }
    access.print(JSON.stringify(await setQuotas(needsOf(access), tenantId, quotas)))
  }
}

export const hostCommand: OperatorCommand = {
  usage: 'host OFFICE add|remove NAME [--shared (the name also serves other offices at /o/...)]',
  async run(access, args) {
    const { values, positionals } = readArguments(args, { shared: { type: 'boolean' } })
    const [wanted = '', step, name = ''] = positionals
    if ((step !== 'add' && step !== 'remove') || !isHostName(name)) throw new Error(`Usage: npm run tenant -- ${hostCommand.usage}`)
    const { tenantId, slug } = await findOffice(access, wanted)
    await changeHost(needsOf(access), tenantId, { host: name, step, shared: values.shared ?? false })
    access.print(step === 'add' ? `${name} leads to "${slug}" within seconds, once its DNS record and certificate do.` : `${name} no longer leads to "${slug}".`)
  }
}

/** A command that takes nothing but the office. */
function simple(usage: string, work: (access: OperatorAccess, office: { tenantId: string; name: string }) => Promise<void>): OperatorCommand {
  return {
    usage,
    async run(access, args) {
      const [wanted, ...more] = readArguments(args, {}).positionals
      if (!wanted || more.length > 0) throw new Error(`Usage: npm run tenant -- ${usage}`)
      await work(access, await findOffice(access, wanted))
    }
  }
}

function wholeNumber(value: string, usage: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new Error(`Not a whole number: ${value}\nUsage: npm run tenant -- ${usage}`)
  return Number(value)
}
