import { maskEmail } from '#shared/messaging/daily-caps.ts'
import { maskName } from '#shared/people/mask-name.ts'
import { maskPhone } from '#shared/people/phone.ts'
import type { MyData } from './my-data-store.ts'

/** What may be shown: whole after a code, else as much as four digits of a phone are good for: contact in part, no place. */
export function shownOf(data: MyData, proven: boolean) {
  const { name, phone, email } = data.self
  const part = <T>(value: string | null, mask: (text: string) => T) => (value === null ? null : proven ? value : mask(value))
  return {
    contact: { name: part(name, maskName), phone: part(phone, (text) => maskPhone(text)), email: part(email, maskEmail), language: data.language },
    place: proven ? data.place : null
  }
}

/** The same as the page, for programs: one JSON text. `madeAt`: ms, server clock. */
export function myDataFile(data: MyData, facts: { office: string; madeAt: number; proven: boolean }): string {
  const { report } = data
  const file = {
    office: facts.office,
    madeAt: new Date(facts.madeAt).toISOString(),
    complete: facts.proven,
    ...shownOf(data, facts.proven),
    report: {
      number: report.number, state: report.state, category: report.category, filedAt: report.filedAt, dueAt: report.dueAt, resolvedAt: report.resolvedAt,
      description: report.description, answer: report.resolution
    },
    timeline: report.timeline.map(({ event, at, text }) => ({ event, at, text })),
    consents: data.decisions,
    requests: {
      erasureAskedAt: data.self.eraseAskedAt,
      corrections: data.corrections.map(({ id: _id, text, ...times }) => ({ ...times, text: facts.proven ? text : null }))
    }
  }
  return `${JSON.stringify(file, null, 2)}\n`
}
