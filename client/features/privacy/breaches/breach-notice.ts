import type { Breach } from '#shared/privacy/breach.ts'
import type { Translate } from '#shared/i18n/translator.ts'

type Times = Pick<Breach, 'openFrom' | 'openUntil'>

/** When the data lay open, as far as it is known. */
export function periodText(t: Translate, { openFrom, openUntil }: Times, formatTime: (at: number) => string): string {
  if (openFrom === null && openUntil === null) return t('breaches.unknown')
  const at = (instant: string | null) => (instant === null ? t('breaches.unknown') : formatTime(Date.parse(instant)))
  return t('breaches.text.period', { from: at(openFrom), until: at(openUntil) })
}

export interface NoticeFacts {
  readonly breach: Breach
  readonly office: string
  /** How many are to be told; null while nobody has asked. */
  readonly affected: number | null
  formatTime(at: number): string
}

/**
 * What the people or the Board are told (DPDP Rules 2025, rule 7): nature, extent and time of the breach, what may follow, what is done, what they
 * can do, who answers. What is not known yet stands as an ellipsis.
 */
export function noticeText(t: Translate, to: 'people' | 'board', { breach, office, affected, formatTime }: NoticeFacts): string {
  const { words, steps } = breach
  const gap = t('breaches.text.open')
  const at = (instant: string) => formatTime(Date.parse(instant))
  const doneAt = (step: string) => {
    const done = steps.find((one) => one.step === step)
    return done ? at(done.doneAt) : gap
  }
  const told = Object.fromEntries(Object.entries(words).map(([word, text]) => [word, text === '' ? gap : text]))
  return t(`breaches.text.${to}`, {
    ...told,
    office,
    when: periodText(t, breach, formatTime),
    data: breach.dataKinds.map((kind) => t(`breaches.data.${kind}`)).join(', '),
    scope: t(`breaches.scope.${breach.scope.kind}`),
    noticed: at(breach.noticedAt),
    noticedBy: breach.noticedBy,
    due: at(breach.dueAt),
    affected: affected === null ? gap : String(affected),
    told: doneAt('people_told'),
    prevented: doneAt('prevented')
  })
}
