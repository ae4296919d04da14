import { AppError } from '#shared/errors.ts'
import { rescueLimits } from '#shared/rescue/rescue-file.ts'
import { refuseRescueFile } from '#shared/rescue/rescue-refusal.ts'
import { anyone } from '../../http/access.ts'
import { defineRawRoute, type Route } from '../../http/define-route.ts'
import type { RescueNeeds } from './needs.ts'
import { readFile } from './read-file.ts'
import { receiveQueue } from './receive-queue.ts'

/** The door of a device that the office has ended: one file of its own for a token, no login, and nothing can be read by it. */
export function surrenderRoute(needs: RescueNeeds): Route {
  return defineRawRoute({
    method: 'post',
    path: '/api/v1/rescue-queues/surrendered',
    summary: 'An ended device surrenders its queue; it waits for the judgement of the office',
    tag: 'rescue',
    access: anyone,
    limit: { name: 'surrender', points: 60, seconds: 60, by: 'network' },
    contentType: 'application/json',
    bodyLimit: rescueLimits.fileBytes,
    async handle(request, response, { tenant }) {
      const token = /^Surrender (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
      if (token === undefined) throw new AppError('unauthenticated', 'An upload token is needed.')
      const who = { tenantId: tenant.tenantId }
      const may = await needs.database.withTenant(who, (tx) => needs.surrender.check(tx, token), { readOnly: true })
      const receipt = await receiveQueue(needs, {
        tenant,
        bytes: await readFile(request),
        source: 'revoked',
        uploadedBy: null,
        check({ header, content }) {
          if (header.deviceId !== may.deviceId || (may.userId !== null && content.authorId !== may.userId)) throw refuseRescueFile('otherPerson')
        },
        also: (tx) => needs.surrender.spend(tx, token)
      })
      response.status(201).json(receipt)
    }
  })
}
