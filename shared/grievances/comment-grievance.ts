import { z } from 'zod'
import { mayDo } from '../identity/access-policy.ts'
import { accept, defineCommand, reject } from '../protocol/define-command.ts'
import type { Grievance } from './grievance.ts'
import { newPhotosSchema, photosChange, withPhotos } from './grievance-photos.ts'
import { subjectOf } from './grievance-policy.ts'

export const commentGrievanceArgs = z.object({
  grievanceId: z.uuid(),
  text: z.string().trim().min(1).max(4000),
  /** `staff`: an internal note, never shown to the citizen. */
  visibility: z.enum(['public', 'staff']),
  photos: newPhotosSchema.default([])
})
export type CommentGrievanceArgs = z.infer<typeof commentGrievanceArgs>

/** A remark, with photos if there are any. Possible in every state; never touches the SLA clock. */
export const commentGrievance = defineCommand<CommentGrievanceArgs>({
  name: 'grievance.comment',
  version: 1,
  args: commentGrievanceArgs as z.ZodType<CommentGrievanceArgs>,
  touches: (args) => [{ collection: 'cases', type: 'grievance', id: args.grievanceId, as: 'need' }],
  may(actor, args, rows) {
    const grievance = rows.get<Grievance>('grievance', args.grievanceId)
    return grievance !== null && mayDo(actor, 'grievance.comment', { ...subjectOf(grievance), visibility: args.visibility })
  },
  decide(rows, args) {
    const row = rows.get<Grievance>('grievance', args.grievanceId)
    if (!row) return reject('missing_record')
    const writes = args.photos.length > 0 ? [{ collection: 'cases' as const, record: withPhotos(row, args.photos) }] : []
    return accept(writes, [
      {
        name: 'grievance.commented',
        subject: { type: 'grievance', id: row.id },
        data: { fromState: row.state, toState: row.state, text: args.text, visibility: args.visibility, changes: photosChange(args.photos) }
      }
    ])
  }
})
