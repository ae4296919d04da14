import type { Category, Department } from '#shared/departments/category.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { categoryFacts } from './category-facts.ts'
import { departmentNames, type DepartmentKey, type PhotoScene } from './department-names.ts'

export interface DemoCategory extends Category {
  readonly department: DepartmentKey | null
  /** What a photo of it shows; null where nothing of the kind is drawn. */
  readonly scene: PhotoScene | null
}

export interface DemoDepartments {
  readonly departments: Department[]
  readonly idOf: Readonly<Partial<Record<DepartmentKey, string>>>
  readonly categories: DemoCategory[]
}

export function makeDemoDepartments(random: SeededRandom, madeAt: number): DemoDepartments & { idOf: Record<DepartmentKey, string> } {
  const keys = Object.keys(departmentNames) as DepartmentKey[]
  const idOf = Object.fromEntries(keys.map((key) => [key, random.id(madeAt)])) as Record<DepartmentKey, string>
  return {
    idOf,
    departments: keys.map((key): Department => {
      const [name, hindi] = departmentNames[key]
      return { id: idOf[key], type: 'department', name, names: { hi: hindi }, active: true }
    }),
    categories: categoryFacts.map(
      ({ code, name, hindi, group, icon, department, hours, proof, scene }): DemoCategory => ({
        id: random.id(madeAt),
        type: 'category',
        code,
        name,
        names: { hi: hindi },
        group,
        icon,
        departmentId: idOf[department],
        targetMinutes: Math.round(hours * 60),
        proofOfFix: proof ?? false,
        active: true,
        department,
        scene
      })
    )
  }
}
