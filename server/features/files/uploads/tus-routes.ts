import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { maxPhotoBytes } from '#shared/files/upload.ts'
import { uuidSchema } from '#shared/ids.ts'
import { anyone } from '../../../http/access.ts'
import { defineRawRoute, type Route } from '../../../http/define-route.ts'
import { namedFields, payloadTooLarge, unsupportedMediaType } from '../../../http/problems.ts'
import type { RequestContext } from '../../../http/request-context.ts'
import { findAttachment, type Attachment } from '../attachment-store.ts'
import type { FilesNeeds } from '../needs.ts'
import { finishUpload, refusedPhoto } from './finish-upload.ts'
import type { PartialUploads, UploadKey } from './partial-uploads.ts'
import { receiveBytes } from './receive-bytes.ts'
import { demandRoom } from './storage-quota.ts'
import { bearerToken, byteCount, speaksTus, tusPath, tusVersion } from './tus-protocol.ts'
import { takeLease, type UploadLease } from './upload-lease.ts'
import type { UploadTokens } from './upload-token.ts'

export type TusParts = FilesNeeds & { tokens: UploadTokens; partials: PartialUploads }

const params = z.object({ photoId: uuidSchema })
const bytesType = 'application/offset+octet-stream'
const one = `${tusPath}/:photoId`
const common = { tag: 'files', access: anyone, contentType: 'application/offset+octet-stream' } as const

/** tus 1.0.0 with the extension `creation`. The upload token is needed on every request; no address works by itself. */
export function tusRoutes(parts: TusParts): Route[] {
  return [optionsRoute(), createRoute(parts), offsetRoute(parts), bytesRoute(parts)]
}

function optionsRoute(): Route {
  return defineRawRoute({
    ...common,
    method: 'options',
    path: tusPath,
    summary: 'What this tus server can do',
    handle(_request, response) {
      const facts = {
        'Tus-Resumable': tusVersion,
        'Tus-Version': tusVersion,
        'Tus-Extension': 'creation',
        'Tus-Max-Size': String(maxPhotoBytes)
      }
      response.set(facts).status(204).end()
    }
  })
}

function createRoute(parts: TusParts): Route {
  return defineRawRoute({
    ...common,
    method: 'post',
    path: tusPath,
    summary: 'Begin the upload of the photo that the token names',
    async handle(request, response, context) {
      if (!speaksTus(request, response)) return
      const length = byteCount(request, 'Upload-Length')
      if (length > maxPhotoBytes) throw payloadTooLarge(maxPhotoBytes)
      const photo = await photoOfToken(parts, { request, context })
      if (length !== photo.size)
        throw namedFields([{ path: 'Upload-Length', message: `Must be ${photo.size}, as announced` }])
      if (photo.state === 'refused') throw refusedPhoto(photo.reason)
      if (photo.state === 'expected') await parts.database.withTenant(context.tenant, (tx) => demandRoom(tx, photo.size), { readOnly: true })
      if (photo.state === 'expected') await parts.partials.begin(keyOf(context, photo))
      response.setHeader('Location', `${context.basePath}${tusPath}/${photo.id}`)
      response.status(201).end()
    }
  })
}

function offsetRoute(parts: TusParts): Route {
  return defineRawRoute({
    ...common,
    method: 'head',
    path: one,
    summary: 'How many bytes have arrived',
    params,
    async handle(...[request, response, context, input]) {
      if (!speaksTus(request, response)) return
      const photo = await photoOfToken(parts, { request, context }, input.params.photoId)
      response.setHeader('Upload-Length', String(photo.size))
      response.setHeader('Upload-Offset', String(await arrived(parts, context, photo)))
      response.status(200).end()
    }
  })
}

function bytesRoute(parts: TusParts): Route {
  return defineRawRoute({
    ...common,
    method: 'patch',
    path: one,
    summary: 'Send the bytes from an offset on',
    params,
    bodyLimit: maxPhotoBytes,
    async handle(...[request, response, context, input]) {
      if (!speaksTus(request, response)) return
      if (request.headers['content-type'] !== bytesType) throw unsupportedMediaType(bytesType)
      const offset = byteCount(request, 'Upload-Offset')
      const photo = await photoOfToken(parts, { request, context }, input.params.photoId)
      const reached = await takeBytes(parts, { request, context, photo, offset })
      if (reached === null) return
      response.setHeader('Upload-Offset', String(reached))
      response.status(204).end()
    }
  })
}

/** The announced photo a request may write to: token and row name the same bytes, and the address the same photo. */
async function photoOfToken(
  parts: TusParts,
  { request, context }: { request: IncomingMessage; context: RequestContext },
  addressed?: string
): Promise<Attachment> {
  const { tenantId } = context.tenant
  const claims = await parts.tokens.verify(bearerToken(request), tenantId, parts.clock.now())
  if (addressed !== undefined && addressed !== claims.photoId)
    throw new AppError('forbidden', 'The token is for another photo.')
  const photo = await parts.database.withTenant({ tenantId }, (tx) => findAttachment(tx, claims.photoId))
  if (!photo) throw new AppError('not_found', 'No such photo is expected.')
  if (photo.sha256 !== claims.sha256 || photo.size !== claims.size)
    throw new AppError('forbidden', 'The token is for another photo.')
  return photo
}

/** Bytes that have arrived. An upload that is complete but was not judged, because a process died, is judged now. */
async function arrived(parts: TusParts, context: RequestContext, photo: Attachment): Promise<number> {
  if (photo.state === 'ready') return photo.size
  if (photo.state === 'refused') throw refusedPhoto(photo.reason)
  const offset = await parts.partials.offset(keyOf(context, photo))
  if (offset === null) throw new AppError('not_found', 'This upload was not begun.')
  if (offset >= photo.size) await withLease(parts, keyOf(context, photo), () => judge(parts, context, photo))
  return offset
}

interface Incoming {
  request: IncomingMessage
  context: RequestContext
  photo: Attachment
  offset: number
}

/** Resolves to the new offset; null when the line broke and nobody is there to be answered. */
async function takeBytes(parts: TusParts, { request, context, photo, offset }: Incoming): Promise<number | null> {
  if (photo.state === 'refused') throw refusedPhoto(photo.reason)
  if (photo.state === 'ready' && offset === photo.size) return offset
  if (photo.state === 'ready') throw wrongOffset()
  return withLease(parts, keyOf(context, photo), async (lease) => {
    const present = await parts.partials.offset(keyOf(context, photo))
    if (present === null) throw new AppError('not_found', 'This upload was not begun.')
    if (present !== offset) throw wrongOffset()
    const append = (chunks: AsyncIterable<Uint8Array>) => parts.partials.append(keyOf(context, photo), offset, chunks)
    const reached = await receiveBytes(request, { room: photo.size - offset, append, onChunk: lease.renew })
    if (reached === photo.size) {
      await lease.holdForJudging()
      await judge(parts, context, photo)
    }
    return reached
  })
}

async function withLease<T>(parts: TusParts, key: UploadKey, work: (lease: UploadLease) => Promise<T>): Promise<T> {
  const lease = await takeLease(parts, key)
  try {
    return await work(lease)
  } finally {
    await lease.release()
  }
}

const judge = (parts: TusParts, context: RequestContext, attachment: Attachment) =>
  finishUpload(parts, { tenantId: context.tenant.tenantId, attachment })

const keyOf = (context: RequestContext, photo: Attachment) => ({ tenantId: context.tenant.tenantId, photoId: photo.id })

const wrongOffset = () =>
  new AppError('conflict', 'Bytes up to another offset have arrived. Ask for the offset and go on from there.')
