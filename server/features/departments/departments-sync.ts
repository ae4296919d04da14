import { categorySchema, departmentSchema } from '#shared/departments/category.ts'
import { staffMemberSchema } from '#shared/departments/staff-member.ts'
import type { SyncPart } from '../../sync/registry.ts'

/** Reference data of the whole tenant: departments, categories and colleagues. */
export const departmentsSync: SyncPart = {
  commands: [],
  records: [
    { type: 'department', collection: 'reference', table: 'department', schema: departmentSchema, readOnly: true },
    { type: 'category', collection: 'reference', table: 'category', schema: categorySchema, readOnly: true },
    { type: 'staff', collection: 'reference', table: 'user_account', schema: staffMemberSchema, readOnly: true }
  ]
}
