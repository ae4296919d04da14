import { z } from 'zod'
import type { Category } from '../departments/category.ts'
import { mayDo } from '../identity/access-policy.ts'
import { accept, defineCommand, type RecordWrite, type TouchedRecord } from '../protocol/define-command.ts'
import { reporterContactSchema, grievanceSchema, type Grievance } from './grievance.ts'
import { newPhotosSchema } from './grievance-photos.ts'
import { dueFrom } from './grievance-sla.ts'

const contactSchema = reporterContactSchema.pick({ name: true, phone: true, email: true, language: true }).extend({ id: z.uuid() })

export const fileGrievanceArgs = grievanceSchema
  .pick({ categoryId: true, description: true, latitude: true, longitude: true, accuracyMetres: true, landmark: true, wardId: true, personId: true, householdId: true, source: true, visibility: true, number: true })
  .extend({
    grievanceId: z.uuid(),
    photos: newPhotosSchema,
    reporter: contactSchema.nullable()
  })
export type FileGrievanceArgs = z.infer<typeof fileGrievanceArgs>

/** A citizen's grievance is taken down: by himself on the portal, or by a worker at his door. The number is final. */
export const fileGrievance = defineCommand<FileGrievanceArgs>({
  name: 'grievance.file',
  version: 1,
  args: fileGrievanceArgs,
  touches(args) {
    const touched: TouchedRecord[] = [
      { collection: 'cases', type: 'grievance', id: args.grievanceId, as: 'create' },
      { collection: 'reference', type: 'category', id: args.categoryId, as: 'need' }
    ]
    if (args.wardId) touched.push({ collection: 'places', type: 'ward', id: args.wardId, as: 'need' })
    if (args.personId) touched.push({ collection: 'people', type: 'person', id: args.personId, as: 'look' })
    if (args.reporter) touched.push({ collection: 'contacts', type: 'reporter_contact', id: args.reporter.id, as: 'create' })
    return touched
  },
  may: (actor) => mayDo(actor, 'grievance.file'),
  decide(rows, args, context) {
    const category = rows.get<Category>('category', args.categoryId)
    const { grievanceId, reporter, photos, ...told } = args
    const grievance: Grievance = {
      ...told,
      id: grievanceId,
      type: 'grievance',
      state: 'submitted',
      departmentId: category?.departmentId ?? null,
      assigneeId: null,
      priority: 'normal',
      photos: photos.map((photo) => ({ ...photo, state: 'expected' as const })),
      filedAt: new Date(context.now).toISOString(),
      filedBy: context.actor.userId,
      dueAt: category ? dueFrom(context.now, category.targetMinutes, context.tenant.calendar) : null,
      pausedAt: null,
      scheduledFor: null,
      resolvedAt: null,
      closedAt: null,
      resolution: null,
      reasonCode: null,
      duplicateOf: null,
      transferredTo: null,
      reopenedCount: 0,
      escalationLevel: 0,
      rating: null,
      decidedBy: null
    }
    const writes: RecordWrite[] = [{ collection: 'cases', record: grievance }]
    if (reporter) {
      writes.push({ collection: 'contacts', record: { ...reporter, type: 'reporter_contact', grievanceId } })
    }
    const event = { name: 'grievance.filed', subject: { type: 'grievance', id: grievanceId }, data: { toState: 'submitted', visibility: 'public', number: args.number } }
    return accept(writes, [event])
  }
})
