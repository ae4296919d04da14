import { z } from 'zod'
import { categorySchema, departmentSchema } from './category.ts'
import { staffMemberSchema } from './staff-member.ts'

/** Everything that lists and forms of the office name: small, and the same for all roles. */
export const referenceSchema = z.object({
  departments: z.array(departmentSchema),
  categories: z.array(categorySchema),
  /** Also those who left: old entries name them. */
  staff: z.array(staffMemberSchema)
})
export type Reference = z.infer<typeof referenceSchema>
