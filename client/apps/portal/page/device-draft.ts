/** What a citizen is typing, kept on the device for a day so that it survives a broken line and a closed tab. */
export interface DeviceDraft {
  /** Values by field name; empty when there is none or it is older than a day (device clock). */
  read(): Record<string, string>
  /** Adds values. Values of another report (its command id differs) start a new draft. */
  keep(values: Record<string, string>): void
  clear(): void
}

const dayMs = 86_400_000

interface Stored {
  at: number
  values: Record<string, string>
}

export function createDeviceDraft(storage: Storage, slug: string, now: () => number): DeviceDraft {
  const key = `sampark-portal:${slug}:draft`
  const read = (): Record<string, string> => {
    try {
      const stored = JSON.parse(storage.getItem(key) ?? 'null') as Stored | null
      return stored && now() - stored.at < dayMs ? stored.values : {}
    } catch {
      return {}
    }
  }
  return {
    read,
    keep(values) {
      const before = read()
      const other =
        values['commandId'] !== undefined &&
        before['commandId'] !== undefined &&
        before['commandId'] !== values['commandId']
      const stored: Stored = { at: now(), values: { ...(other ? {} : before), ...values } }
      try {
        storage.setItem(key, JSON.stringify(stored))
      } catch {
        storage.removeItem(key)
      }
    },
    clear: () => storage.removeItem(key)
  }
}

/** Keeps what is typed into the questions. Each form carries the ids of its report: sent from the device it is the same one. */
export function watchForms(draft: DeviceDraft): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-step], form[data-offline-form]')) {
    const keep = (): void => draft.keep({ ...textsIn(form), ...idsOn(form) })
    form.addEventListener('input', keep)
    form.addEventListener('change', keep)
    if (form.dataset['step'] !== undefined) keep()
  }
  if (document.querySelector('[data-sent]')) draft.clear()
}

function textsIn(form: HTMLFormElement): Record<string, string> {
  const entries = [...new FormData(form)].filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return Object.fromEntries(entries.filter(([name]) => name !== 'website'))
}

function idsOn({ dataset }: HTMLFormElement): Record<string, string> {
  const { command, grievance, contact, number } = dataset
  if (!command || !grievance || !contact || !number) return {}
  return { commandId: command, grievanceId: grievance, contactId: contact, reportNumber: number }
}
