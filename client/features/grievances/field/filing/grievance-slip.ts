import type { Translate } from '#shared/i18n/translator.ts'

/** What stands on the slip that the reporter takes along. */
export interface GrievanceSlip {
  readonly office: string
  readonly number: string
  readonly category: string
  /** The public page on which the number is followed. */
  readonly trackUrl: string
}

/** Address of the public tracking page; `baseUri` is the address of the field app, such as `https://host/o/ward/field/`. */
export function trackingUrl(baseUri: string, number: string): string {
  return new URL(`../track?number=${encodeURIComponent(number)}`, new URL('./', baseUri)).href
}

/** The slip as a message of a few lines. Names nobody: it may be forwarded. */
export function slipText(slip: GrievanceSlip, t: Translate): string {
  const { office, number, category, trackUrl } = slip
  return t('field.slip.text', { office, number, category, url: trackUrl })
}

/** Opens the phone's own message app with the slip; `phone` in E.164, or empty to choose there. */
export function smsLink(phone: string, text: string): string {
  return `sms:${phone}?body=${encodeURIComponent(text)}`
}
