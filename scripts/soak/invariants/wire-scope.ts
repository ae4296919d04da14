import type { PullReply } from '#shared/protocol/pull.ts'
import type { PushReply } from '#shared/protocol/push.ts'
import type { SeenBy } from '../oracle/oracle.ts'
import type { Heard } from '../wire/recorder.ts'
import type { LimitTerm, World } from '../world.ts'
import { Broken } from './compare.ts'

/**
 * (b) No version of any record ever went over a worker's wire, in a pull or in the reply to a push, that was not for him
 * between the moment he asked and the moment he was answered. Lost and repeated replies count as well.
 */
export async function checkWireScope(world: World): Promise<number> {
  const versions = await world.stage.oracle.versions(world.office.tenantId)
  let checked = 0
  for (const heard of world.recorder.heard) {
    if (heard.userId === world.office.users['officer'] || heard.status !== 200) continue
    for (const document of documentsIn(heard)) {
      if ('_deleted' in document) continue
      checked += 1
      const seenBy = versions.get(`${document.id} ${document.rev}`)
      if (!seenBy?.some((one) => mayHear(world, heard, one))) throw new Broken('(b) nothing out of scope', { document, seenBy, userId: heard.userId, path: heard.path, sentAt: heard.sentAt })
    }
  }
  return checked
}

interface Sent {
  id: string
  rev: number
}

export function documentsIn(heard: Heard): Sent[] {
  if (heard.path.endsWith('/sync/pull')) return (JSON.parse(heard.reply) as PullReply).pulls.flatMap((page) => page.documents)
  if (!heard.path.endsWith('/sync/push')) return []
  return (JSON.parse(heard.reply) as PushReply).verdicts.flatMap((verdict) => verdict.stored.map((record) => record.document))
}

function mayHear(world: World, heard: Heard, seenBy: SeenBy): boolean {
  if (seenBy.everyone || seenBy.people.includes(heard.userId)) return true
  const stood = (term: { userId: string; from: number; to: number }) => term.userId === heard.userId && term.from <= heard.heardAt && term.to >= heard.sentAt
  const isInDepartment = ({ departments }: LimitTerm) => departments === null || (seenBy.departmentId !== null && departments.includes(seenBy.departmentId))
  return world.tenures.some((tenure) => stood(tenure) && tenure.wardId === seenBy.wardId)
    && (!seenBy.departmental || world.limits.some((term) => stood(term) && isInDepartment(term)))
}
