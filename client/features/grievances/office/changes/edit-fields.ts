import type { EditGrievanceArgs } from '#shared/grievances/edit-grievance.ts'
import type { Grievance } from '#shared/grievances/grievance.ts'

/** Fields the office corrects, as their controls hold them: empty text for what is not there. */
export interface EditDraft {
  categoryId: string
  description: string
  landmark: string
  wardId: string
  priority: string
  visibility: string
}

export function editDraft(seen: Grievance): EditDraft {
  const { categoryId, description, priority, visibility } = seen
  return { categoryId, description, priority, visibility, landmark: seen.landmark ?? '', wardId: seen.wardId ?? '' }
}

/**
 * What was really changed, with the value the author saw before: the server merges by it. Null when nothing was changed,
 * so that opening and saving a form never writes over the work of another.
 */
export function editOf(
  seen: Grievance,
  draft: EditDraft
): { changes: EditGrievanceArgs['changes']; base: Record<string, unknown> } | null {
  const wanted = {
    ...draft,
    description: draft.description.trim(),
    landmark: draft.landmark.trim() || null,
    wardId: draft.wardId || null
  }
  const names = (Object.keys(wanted) as (keyof typeof wanted)[]).filter((name) => wanted[name] !== seen[name])
  if (names.length === 0) return null
  const pick = (from: Record<string, unknown>) => Object.fromEntries(names.map((name) => [name, from[name]]))
  return { changes: pick(wanted) as EditGrievanceArgs['changes'], base: pick(seen) }
}
