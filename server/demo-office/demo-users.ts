import type { OfficeRole } from '#shared/identity/actor.ts'
import type { Ward } from '#shared/territories/ward.ts'
import type { DepartmentKey } from './departments/department-names.ts'
import type { SeededRandom } from './seeded-random.ts'

/** Printed by the seed. Such logins work only where DEMO=1, which is refused on anything but loopback. */
export const demoPassword = 'sampark-demo'

export interface DemoUser {
  readonly id: string
  readonly login: string
  readonly name: string
  readonly role: OfficeRole
  readonly department: DepartmentKey | null
  readonly language: 'en' | 'hi'
  readonly wardIds: string[]
}

type Facts = readonly [login: string, name: string, language: 'en' | 'hi', department: DepartmentKey | null]

const office: readonly (readonly [OfficeRole, Facts])[] = [
  ['owner', ['meera', 'Meera Deshpande', 'en', null]],
  ['officer', ['ravi', 'Ravi Kulkarni', 'en', null]],
  ['officer', ['sunita', 'Sunita Yadav', 'hi', null]],
  ['officer', ['imran', 'Imran Qureshi', 'en', null]],
  ['viewer', ['vimal', 'Vimal Rao', 'en', null]]
]

const workers: readonly Facts[] = [
  ['asha', 'Asha Bhosale', 'hi', null],
  ['bharat', 'Bharat Meena', 'hi', 'electricity'],
  ['chitra', 'Chitra Nair', 'en', 'water'],
  ['deepak', 'Deepak Sahu', 'hi', 'sanitation'],
  ['farida', 'Farida Sheikh', 'hi', 'health'],
  ['gopal', 'Gopal Iyer', 'en', 'roads'],
  ['hema', 'Hema Gowda', 'en', 'drainage'],
  ['jyoti', 'Jyoti Verma', 'hi', 'parks'],
  ['kiran', 'Kiran Patil', 'en', 'sanitation'],
  ['latif', 'Latif Ansari', 'hi', 'roads']
]

/** Every ward has exactly one field worker; neighbouring wards go to the same one. */
export function makeDemoUsers(random: SeededRandom, madeAt: number, wards: readonly Ward[]): DemoUser[] {
  const user = (role: OfficeRole, [login, name, language, department]: Facts, wardIds: string[]): DemoUser => ({
    id: random.id(madeAt),
    login,
    name,
    role,
    department,
    language,
    wardIds
  })
  const share = (at: number) => Math.round((at * wards.length) / workers.length)
  return [
    ...office.map(([role, facts]) => user(role, facts, [])),
    ...workers.map((facts, at) =>
      user(
        'field_worker',
        facts,
        wards.slice(share(at), share(at + 1)).map((ward) => ward.id)
      )
    )
  ]
}
