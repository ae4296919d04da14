import { parseArgs } from 'node:util'
import { isTimeZone } from '#shared/calendar/time-zone.ts'

export const importUsage = `npm run import -- wards FILE --name-field F [--number-field F] [--tenant SLUG] [--on-error stop|skip] [--dry-run] [--json]
npm run import -- open311-requests FILE [--tenant SLUG] [--on-error stop|skip] [--dry-run] [--json]
  [--create-tenant "NAME" --prefix SFO --time-zone America/Los_Angeles [--country-code 1] [--owner LOGIN]]`

export interface NewTenantArguments {
  readonly name: string
  readonly prefix: string
  readonly timeZone: string
  readonly countryCode: string
  /** Login of its first person; without one nobody can log in yet. */
  readonly owner: string | null
}

export interface ImportArguments {
  readonly kind: 'wards' | 'open311-requests'
  readonly file: string
  readonly tenant: string | null
  readonly onError: 'stop' | 'skip'
  readonly dryRun: boolean
  readonly json: boolean
  readonly nameField: string | null
  readonly numberField: string | null
  readonly createTenant: NewTenantArguments | null
}

const options = {
  tenant: { type: 'string' },
  'on-error': { type: 'string', default: 'stop' },
  'dry-run': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  'name-field': { type: 'string' },
  'number-field': { type: 'string' },
  'create-tenant': { type: 'string' },
  prefix: { type: 'string' },
  'time-zone': { type: 'string' },
  'country-code': { type: 'string', default: '91' },
  owner: { type: 'string' }
} as const

/** The arguments of `npm run import`. Throws a sentence with the usage when they do not fit. */
export function readImportArguments(args: string[]): ImportArguments {
  const { values, positionals } = parse(args)
  const [kind, file, ...more] = positionals
  const onError = values['on-error']
  if ((kind !== 'wards' && kind !== 'open311-requests') || !file || more.length > 0)
    throw wrong('Say what to import, and one file.')
  if (onError !== 'stop' && onError !== 'skip') throw wrong('--on-error is stop or skip.')
  if (kind === 'wards' && !values['name-field'])
    throw wrong('Say --name-field: the field of the file that holds the name.')
  return {
    kind,
    file,
    onError,
    dryRun: values['dry-run'],
    json: values.json,
    tenant: values.tenant ?? null,
    nameField: values['name-field'] ?? null,
    numberField: values['number-field'] ?? null,
    createTenant: values['create-tenant'] === undefined ? null : newTenant(values['create-tenant'], values)
  }
}

function newTenant(name: string, values: ReturnType<typeof parse>['values']): NewTenantArguments {
  const { prefix, 'time-zone': timeZone, 'country-code': countryCode, owner } = values
  if (!prefix || !timeZone) throw wrong('--create-tenant needs --prefix and --time-zone.')
  if (!isTimeZone(timeZone)) throw wrong('--time-zone must be an IANA name like America/Los_Angeles.')
  return { name, prefix, timeZone, countryCode, owner: owner ?? null }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw wrong((error as Error).message, error)
  }
}

function wrong(sentence: string, cause?: unknown): Error {
  return new Error(`${sentence}\n${importUsage}`, { cause })
}
