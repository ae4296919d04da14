import { nameIn, type Category } from '#shared/departments/category.ts'
import type { StaffMember } from '#shared/departments/staff-member.ts'
import type { Grievance } from '#shared/grievances/grievance.ts'
import type { Ward } from '#shared/territories/ward.ts'

/** What the lists and pages call the things a grievance refers to, in the reader's language. */
export interface CaseNames {
  title(grievance: Pick<Grievance, 'categoryId' | 'description'>): string
  /** Name of the category's icon. */
  icon(grievance: Pick<Grievance, 'categoryId'>): string | undefined
  /** Landmark and ward, as far as they are known. */
  place(grievance: Pick<Grievance, 'landmark' | 'wardId'>): string
  ward(id: string | null): string | null
  staff(id: string | null): string | null
}

export interface NamedThings {
  readonly categories: readonly Category[]
  readonly wards: readonly Ward[]
  readonly staff: readonly StaffMember[]
}

/** "83 Ulsoor", or only the name where wards have no numbers. */
export function wardLabel(ward: Ward, locale: string): string {
  return [ward.number, nameIn(locale, ward)].filter(Boolean).join(' ')
}

/** Names for one language; what is not on this device (yet) is called by what is there. */
export function caseNames({ categories, wards, staff }: NamedThings, locale: string): CaseNames {
  const categoryById = new Map(categories.map((category) => [category.id, category]))
  const wardById = new Map(wards.map((ward) => [ward.id, ward]))
  const staffById = new Map(staff.map((member) => [member.id, member]))
  const ward = (id: string | null): string | null => {
    const found = id === null ? undefined : wardById.get(id)
    return found ? wardLabel(found, locale) : null
  }
  return {
    title({ categoryId, description }) {
      const category = categoryById.get(categoryId)
      return category ? nameIn(locale, category) : description
    },
    icon: ({ categoryId }) => categoryById.get(categoryId)?.icon,
    place: ({ landmark, wardId }) => [landmark, ward(wardId)].filter(Boolean).join(', '),
    ward,
    staff: (id) => (id === null ? null : (staffById.get(id)?.name ?? null))
  }
}
