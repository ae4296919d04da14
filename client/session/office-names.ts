import { nameIn, type Category, type Department } from '#shared/departments/category.ts'
import type { Reference } from '#shared/departments/reference.ts'
import type { StaffMember } from '#shared/departments/staff-member.ts'
import type { WardName } from '#shared/territories/ward-list.ts'

/** What ids are called. The functions answer in the given language, null for an id that nobody knows. */
export interface OfficeNames {
  readonly departments: readonly Department[]
  readonly categories: readonly Category[]
  readonly staff: readonly StaffMember[]
  readonly wards: readonly WardName[]
  department(id: string | null, locale: string): string | null
  category(id: string | null, locale: string): string | null
  person(id: string | null): string | null
  /** "83 Ulsoor", or only the name where wards have no numbers. */
  ward(id: string | null, locale: string): string | null
}

export function officeNames(reference: Reference, wards: readonly WardName[]): OfficeNames {
  const departments = byId(reference.departments)
  const categories = byId(reference.categories)
  const staff = byId(reference.staff)
  const wardById = byId(wards)
  return {
    ...reference,
    wards,
    department: (id, locale) => named(departments.get(id ?? ''), locale),
    category: (id, locale) => named(categories.get(id ?? ''), locale),
    person: (id) => staff.get(id ?? '')?.name ?? null,
    ward(id, locale) {
      const ward = wardById.get(id ?? '')
      return ward ? [ward.number, nameIn(locale, ward)].filter(Boolean).join(' ') : null
    }
  }
}

export const noNames: OfficeNames = officeNames({ departments: [], categories: [], staff: [] }, [])

function byId<T extends { id: string }>(things: readonly T[]): Map<string, T> {
  return new Map(things.map((thing) => [thing.id, thing]))
}

function named(thing: { name: string; names: Record<string, string> } | undefined, locale: string): string | null {
  return thing ? nameIn(locale, thing) : null
}
