import { computed, shallowRef, type ComputedRef, type Ref } from 'vue'
import type { Category } from '#shared/departments/category.ts'
import type { StaffMember } from '#shared/departments/staff-member.ts'
import type { Ward } from '#shared/territories/ward.ts'
import { useI18n } from '#client/i18n/use-i18n.ts'
import type { SyncEngine } from '#client/sync/sync-engine.ts'
import { caseNames, type CaseNames } from '#client/features/grievances/field/case-names.ts'
import { useOpenDesk } from './field-desk.ts'

/** The small records every page names things by, live, read once for the whole app. */
export interface FieldReference {
  readonly categories: Readonly<Ref<readonly Category[]>>
  readonly wards: Readonly<Ref<readonly Ward[]>>
  readonly staff: Readonly<Ref<readonly StaffMember[]>>
  readonly names: ComputedRef<CaseNames>
}

interface Watched {
  categories: Ref<readonly Category[]>
  wards: Ref<readonly Ward[]>
  staff: Ref<readonly StaffMember[]>
}

const watched = new WeakMap<SyncEngine, Watched>()

function watchReference(engine: SyncEngine): Watched {
  const known = watched.get(engine)
  if (known) return known
  const made: Watched = { categories: shallowRef([]), wards: shallowRef([]), staff: shallowRef([]) }
  watched.set(engine, made)
  engine.records.watch({ collection: 'reference', type: 'category' }, ({ records }) => (made.categories.value = records as unknown as Category[]))
  engine.records.watch({ collection: 'reference', type: 'staff' }, ({ records }) => (made.staff.value = records as unknown as StaffMember[]))
  engine.records.watch({ collection: 'places', type: 'ward' }, ({ records }) => (made.wards.value = records as unknown as Ward[]))
  return made
}

export function useReference(): FieldReference {
  const { categories, wards, staff } = watchReference(useOpenDesk().engine)
  const { locale } = useI18n()
  const names = computed(() => caseNames({ categories: categories.value, wards: wards.value, staff: staff.value }, locale.value))
  return { categories, wards, staff, names }
}
