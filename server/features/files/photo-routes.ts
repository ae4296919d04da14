import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { photoSizes, type PhotoSize } from '#shared/files/upload.ts'
import { uuidSchema } from '#shared/ids.ts'
import type { Actor } from '#shared/identity/actor.ts'
import { signedIn } from '../../http/access.ts'
import { defineRawRoute, type Route } from '../../http/define-route.ts'
import { holdsTag } from '../../http/request/entity-tag.ts'
import { findAttachment, type Attachment } from './attachment-store.ts'
import type { FilesNeeds, PhotoSubject } from './needs.ts'

/**
 * Serves a stored photo to those who may see its record, and asks again each time: the browser may keep it, but only to be
 * told that it is still the same. Clients fetch it with their access token and show it from a blob URL, so no address works
 * by itself.
 */
export function photoRoute(needs: FilesNeeds): Route {
  return defineRawRoute({
    method: 'get',
    path: '/api/v1/files/:photoId',
    summary: 'A stored photo, or its thumbnail',
    tag: 'files',
    access: signedIn,
    params: z.object({ photoId: uuidSchema }),
    query: z.object({ size: z.enum(photoSizes).default('full') }),
    contentType: 'image/jpeg',
    async handle(...[request, response, context, { params, query }]) {
      const attachment = await visiblePhoto(needs, context.actor, params.photoId)
      const tag = `"${attachment.id}-${query.size}-${Date.parse(attachment.readyAt ?? '')}"`
      response.setHeader('ETag', tag)
      response.setHeader('Cache-Control', 'private, no-cache')
      response.vary('Authorization')
      response.setHeader('Content-Security-Policy', "sandbox; default-src 'none'")
      response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
      response.setHeader('X-Content-Type-Options', 'nosniff')
      response.setHeader('Content-Disposition', 'inline')
      if (holdsTag(request.headers['if-none-match'], tag)) {
        response.status(304).end()
        return
      }
      const bytes = await needs.fileStore.get({
        tenantId: context.tenant.tenantId,
        id: attachment.id,
        variant: query.size
      })
      if (!bytes) {
        context.log.error({ photo: attachment.id }, 'a stored photo is missing in the file store')
        throw notThere()
      }
      response.type(attachment.contentType ?? 'application/octet-stream').send(bytes)
    }
  })
}

/** One answer for what is not there, not ready, another office's, or out of reach. */
function notThere(): AppError {
  return new AppError('not_found', 'There is no such photo.')
}

/**
 * The small picture of a photo that belongs to the record; null while there is none. The caller has made sure that the
 * reader may see the record.
 */
export async function smallPhoto(
  needs: Pick<FilesNeeds, 'database' | 'fileStore'>,
  photo: { tenantId: string; photoId: string; subject: PhotoSubject }
): Promise<Buffer | null> {
  const { tenantId, photoId, subject } = photo
  const attachment = await needs.database.withTenant({ tenantId }, (tx) => findAttachment(tx, photoId), { readOnly: true })
  if (attachment?.state !== 'ready' || attachment.subject.type !== subject.type || attachment.subject.id !== subject.id)
    return null
  return needs.fileStore.get({ tenantId, id: photoId, variant: 'thumb' satisfies PhotoSize })
}

async function visiblePhoto(needs: FilesNeeds, actor: Actor, photoId: string): Promise<Attachment> {
  const who = { tenantId: actor.tenantId, actorId: actor.userId }
  const found = await needs.database.withTenant(who, async (tx) => {
    const attachment = await findAttachment(tx, photoId)
    if (attachment?.state !== 'ready') return null
    return (await needs.maySee(tx, actor, attachment.subject)) ? attachment : null
  })
  if (!found) throw notThere()
  return found
}
