import { z } from 'zod'
import { mayDo } from '../identity/access-policy.ts'
import { defineCommand, reject, type TouchedRecord } from '../protocol/define-command.ts'
import { mergeFields } from '../protocol/merge-fields.ts'
import { grievanceFacts, grievanceSchema, type Grievance } from './grievance.ts'
import { mayActOn } from './grievance-policy.ts'

const editable = grievanceSchema
  .pick({ categoryId: true, departmentId: true, priority: true, description: true, latitude: true, longitude: true, accuracyMetres: true, landmark: true, wardId: true, visibility: true })
  .partial()
  .strict()

export const editGrievanceArgs = z.object({
  grievanceId: z.uuid(),
  changes: editable.refine((changes) => Object.keys(changes).length > 0, 'Say at least one field to change.')
})
export type EditGrievanceArgs = z.infer<typeof editGrievanceArgs>

/**
 * Corrects what a grievance says. Never touches the SLA clock. Different fields edited by two people merge; the same field
 * follows its policy and both values become an issue.
 */
export const editGrievance = defineCommand<EditGrievanceArgs>({
  name: 'grievance.edit',
  version: 1,
  args: editGrievanceArgs,
  touches({ grievanceId, changes }) {
    const touched: TouchedRecord[] = [{ collection: 'cases', type: 'grievance', id: grievanceId, as: 'need' }]
    if (changes.categoryId) touched.push({ collection: 'reference', type: 'category', id: changes.categoryId, as: 'need' })
    if (changes.departmentId) touched.push({ collection: 'reference', type: 'department', id: changes.departmentId, as: 'need' })
    if (changes.wardId) touched.push({ collection: 'places', type: 'ward', id: changes.wardId, as: 'need' })
    return touched
  },
  may(actor, args, rows) {
    const grievance = rows.get<Grievance>('grievance', args.grievanceId)
    return grievance !== null && mayActOn(actor, 'grievance.edit', grievance)
  },
  decide(rows, args, context) {
    const row = rows.get<Grievance>('grievance', args.grievanceId)
    if (!row) return reject('missing_record')
    const merge = mergeFields({
      subject: { collection: 'cases', type: 'grievance', id: row.id },
      row,
      changes: args.changes,
      base: context.base,
      factsOf: (name) => {
        const facts = grievanceFacts[name as keyof typeof grievanceFacts]
        return { policy: facts.merge, unit: facts.mergeUnit }
      },
      fromOffice: mayDo(context.actor, 'entry.winOverField')
    })
    const changes = Object.fromEntries(Object.entries(merge.values).map(([name, value]) => [name, [row[name as keyof Grievance], value]]))
    const changed = Object.keys(changes).length > 0
    return {
      ok: true,
      merged: merge.merged,
      writes: changed ? [{ collection: 'cases', record: { ...row, ...merge.values } }] : [],
      events: changed
        ? [{ name: 'grievance.edited', subject: { type: 'grievance', id: row.id }, data: { fromState: row.state, toState: row.state, changes, visibility: 'staff' } }]
        : [],
      conflicts: merge.conflicts
    }
  }
})
