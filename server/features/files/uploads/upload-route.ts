import { AppError } from '#shared/errors.ts'
import { uploadReplySchema, uploadRequestSchema } from '#shared/files/upload.ts'
import { mayDo } from '#shared/identity/access-policy.ts'
import { signedIn } from '../../../http/access.ts'
import { defineRoute, type Route } from '../../../http/define-route.ts'
import { findAttachment } from '../attachment-store.ts'
import type { FilesNeeds } from '../needs.ts'
import { tusPath } from './tus-protocol.ts'
import type { UploadTokens } from './upload-token.ts'

/** Tells a client what is to be done about a photo that one of its commands announced, with a token for the upload. */
export function uploadRoute(parts: FilesNeeds & { tokens: UploadTokens }): Route {
  return defineRoute({
    method: 'post',
    path: '/api/v1/uploads',
    summary: 'Ask for a token to upload an announced photo',
    tag: 'files',
    access: signedIn,
    limit: { name: 'uploads', points: 300, seconds: 60, by: 'actor' },
    body: uploadRequestSchema,
    reply: { 200: uploadReplySchema },
    async handle({ body, context }) {
      const { actor, basePath } = context
      const who = { tenantId: actor.tenantId, actorId: actor.userId }
      const photo = await parts.database.withTenant(who, (tx) => findAttachment(tx, body.photoId))
      if (!photo || !mayDo(actor, 'photo.upload', { authorId: photo.filedBy })) throw new AppError('not_found', 'No such photo is expected.')
      const { id: photoId, sha256, size, state } = photo
      if (state === 'ready') return { status: 200, body: { state, photoId } }
      if (state === 'refused') return { status: 200, body: { state, photoId, reason: photo.reason ?? 'damaged' } }
      const token = await parts.tokens.sign({ tenantId: actor.tenantId, photoId, sha256, size }, parts.clock.now())
      return { status: 200, body: { state, photoId, ...token, endpoint: `${basePath}${tusPath}` } }
    }
  })
}
