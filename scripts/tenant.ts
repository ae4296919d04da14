import { AppError } from '#shared/errors.ts'
import { createCommand } from './tenants/create.ts'
import { impersonateCommand } from './tenants/impersonate.ts'
import { deleteCommand, eraseCommand, hostCommand, listCommand, quotaCommand, resumeCommand, suspendCommand } from './tenants/manage.ts'
import { exportCommand, importCommand } from './tenants/move.ts'
import { asOperator, type OperatorCommand } from './tenants/operator-access.ts'

const commands: Readonly<Record<string, OperatorCommand>> = {
  create: createCommand,
  list: listCommand,
  export: exportCommand,
  import: importCommand,
  suspend: suspendCommand,
  resume: resumeCommand,
  delete: deleteCommand,
  erase: eraseCommand,
  quota: quotaCommand,
  host: hostCommand,
  impersonate: impersonateCommand
}

/** `npm run tenant`: what the operator does with the offices of an installation. Whoever has the machine is the operator. */
async function main(): Promise<void> {
  const [name = '', ...args] = process.argv.slice(2)
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) throw new Error(['npm run tenant -- one of:', ...Object.values(commands).map(({ usage }) => `  ${usage}`)].join('\n'))
  await asOperator((access) => command.run(access, args))
}

await main().catch((error: unknown) => {
  const { message } = error as Error
  const fields = error instanceof AppError ? (error.fields ?? []) : []
  console.error([error instanceof AppError ? error.detail : message, ...fields.map((field) => `  ${field.path}: ${field.message}`)].join('\n'))
  process.exitCode = 1
})
