import type { FileGrievanceArgs } from '#shared/grievances/file-grievance.ts'
import { normalizePhone } from '#shared/people/phone.ts'

/** A photo of a draft; its bytes are kept apart under `photoId`. `sha256` (hex) and `size` are of these bytes. */
export interface DraftPhoto {
  readonly photoId: string
  readonly sha256: string
  readonly size: number
}

export interface DraftPlace {
  readonly latitude: number
  readonly longitude: number
  readonly accuracyMetres: number
}

/**
 * A grievance that is being written. Its id and number are made once, when it is begun: filing the same draft twice
 * gives one grievance. Times are ms by the device's clock.
 */
export interface GrievanceDraft {
  readonly grievanceId: string
  readonly number: string
  readonly contactId: string
  readonly startedAt: number
  savedAt: number | null
  categoryId: string
  description: string
  photos: DraftPhoto[]
  place: DraftPlace | null
  landmark: string
  wardId: string
  /** True when the ward was chosen by hand: a later position does not change it. */
  wardChosen: boolean
  personId: string | null
  householdId: string | null
  reporterName: string
  reporterPhone: string
  /** Phone on record (E.164) of the person it is taken down for: taken as it stands, whatever its country. */
  knownPhone: string | null
  isPrivate: boolean
}

export type DraftField = 'category' | 'description' | 'place' | 'phone'

/** Whether anything was written that would be a loss. */
export function isWorthKeeping(draft: GrievanceDraft): boolean {
  const texts = [draft.categoryId, draft.description, draft.landmark, draft.reporterName, draft.reporterPhone]
  return draft.photos.length > 0 || draft.place !== null || texts.some((text) => text.trim() !== '')
}

/** What is missing before it can be filed, in the order of the page. A place is a ward, a landmark or a position. */
export function missingIn(draft: GrievanceDraft, countryCode: string): DraftField[] {
  const missing: DraftField[] = []
  if (draft.categoryId === '') missing.push('category')
  if (draft.description.trim().length < 3) missing.push('description')
  if (draft.wardId === '' && draft.landmark.trim() === '' && draft.place === null) missing.push('place')
  if (draft.reporterPhone.trim() !== '' && phoneOf(draft, countryCode) === null) missing.push('phone')
  return missing
}

/** The arguments of `grievance.file`. Expects a draft in which nothing is missing. */
export function argsOfDraft(draft: GrievanceDraft, about: { countryCode: string; language: 'en' | 'hi' }): FileGrievanceArgs {
  const phone = phoneOf(draft, about.countryCode)
  const name = draft.reporterName.trim() || null
  return {
    grievanceId: draft.grievanceId,
    number: draft.number,
    categoryId: draft.categoryId,
    description: draft.description.trim(),
    latitude: draft.place?.latitude ?? null,
    longitude: draft.place?.longitude ?? null,
    accuracyMetres: draft.place ? Math.round(draft.place.accuracyMetres) : null,
    landmark: draft.landmark.trim() || null,
    wardId: draft.wardId || null,
    personId: draft.personId,
    householdId: draft.householdId,
    source: 'field',
    visibility: draft.isPrivate ? 'private' : 'public',
    photos: draft.photos.map(({ photoId, sha256, size }) => ({ id: photoId, sha256, size })),
    reporter: name || phone ? { id: draft.contactId, name, phone, email: null, language: about.language } : null
  }
}

function phoneOf(draft: GrievanceDraft, countryCode: string): string | null {
  const typed = draft.reporterPhone.trim()
  return typed !== '' && typed === draft.knownPhone ? typed : normalizePhone(typed, countryCode)
}
