import { z } from 'zod'
import { mayDo } from '../identity/access-policy.ts'
import { defineCommand, reject } from '../protocol/define-command.ts'
import { mergeFields } from '../protocol/merge-fields.ts'
import { worksIn } from './add-person.ts'
import { personFacts, personSchema, type Person } from './person.ts'

const editable = personSchema.pick({ name: true, gender: true, birthYear: true, language: true, notes: true }).partial().strict()

export const editPersonArgs = z.object({
  personId: z.uuid(),
  changes: editable.refine((changes) => Object.keys(changes).length > 0, 'Say at least one field to change.')
})
export type EditPersonArgs = z.infer<typeof editPersonArgs>

/** Corrects what is known of a person; merged field by field. */
export const editPerson = defineCommand<EditPersonArgs>({
  name: 'person.edit',
  version: 1,
  args: editPersonArgs,
  touches: (args) => [{ collection: 'people', type: 'person', id: args.personId, as: 'need' }],
  may(actor, args, rows) {
    const person = rows.get<Person>('person', args.personId)
    return person !== null && worksIn(actor, person.wardId)
  },
  decide(rows, args, context) {
    const row = rows.get<Person>('person', args.personId)
    if (!row) return reject('missing_record')
    const merge = mergeFields({
      subject: { collection: 'people', type: 'person', id: row.id },
      row,
      changes: args.changes,
      base: context.base,
      factsOf: (name) => {
        const facts = personFacts[name as keyof typeof personFacts]
        return { policy: facts.merge, unit: facts.mergeUnit }
      },
      fromOffice: mayDo(context.actor, 'entry.winOverField')
    })
    const changed = Object.keys(merge.values).length > 0
    return {
      ok: true,
      merged: merge.merged,
      writes: changed ? [{ collection: 'people', record: { ...row, ...merge.values } }] : [],
      events: changed ? [{ name: 'person.edited', subject: { type: 'person', id: row.id }, data: { fields: Object.keys(merge.values) } }] : [],
      conflicts: merge.conflicts
    }
  }
})
