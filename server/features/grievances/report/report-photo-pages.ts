import { createHash } from 'node:crypto'
import { errorCodes } from '#shared/errors.ts'
import { framed, type PageError } from '../../../portal/fields.ts'
import type { FormFile } from '../../../portal/form-body.ts'
import { html, type Html } from '../../../portal/html.ts'
import type { PageReply, PageRequest, PageRoute } from '../../../portal/page-route.ts'
import type { PortalNeeds } from '../pages/needs.ts'
import { draftIdOf } from './report-draft-cookie.ts'
import { addPhoto, photoBytes, removePhoto, saveAnswers } from './report-draft-store.ts'
import { draftLimits, stepAfter, type ReportDraft } from './report-draft.ts'
import { backOf, questionForm } from './report-form.ts'
import { draftOf, withDraft } from './report-request.ts'

/** Photos of a report: chosen, looked at and removed without a script. They stay with the draft until it is sent. */
export function reportPhotoPages(needs: PortalNeeds): PageRoute[] {
  const step = 'photo'
  return [
    {
      method: 'get',
      path: '/report/photo',
      summary: 'Question of a report: photos',
      handle: (request) => withDraft(needs, request, { step, work: async (draft) => showPhotos(request, draft, []) })
    },
    {
      method: 'post',
      path: '/report/photo',
      summary: 'Adds or removes photos of a report',
      files: { count: draftLimits.photos, bytes: draftLimits.photoBytes },
      limit: { name: 'portal-photo', points: 60, seconds: 3_600, by: 'network' },
      handle: (request) => withDraft(needs, request, { step, work: (draft) => answerPhotos(needs, request, draft) })
    },
    {
      method: 'get',
      path: '/report/photo/:id',
      summary: 'A photo of the report that is being written',
      handle: (request) => showPhoto(needs, request)
    }
  ]
}

function showPhotos({ t, frame }: PageRequest, draft: ReportDraft, errors: readonly PageError[]): PageReply {
  const room = draft.photos.length < draftLimits.photos
  const input = framed(
    {
      name: 'photo',
      label: t('portal.photo.label'),
      hint: t('portal.photo.hint', { count: draftLimits.photos }),
      value: '',
      errors,
      optional: t('words.optional')
    },
    html`<input class="input input--file" id="photo" name="photo" type="file" accept="image/jpeg,image/png,image/webp" multiple>`
  )
  const body = questionForm(draft, {
    step: 'photo',
    t,
    action: `${frame.basePath}/report/photo`,
    errors,
    heading: t('portal.photo.title'),
    files: true,
    body: html`${photoList({ t, frame }, draft, true)}${room ? input : html`<p>${t('portal.photo.full', { count: draftLimits.photos })}</p>`}
<p class="portal-actions"><button class="button button--primary button--tall" type="submit" name="go" value="on">${t('words.continue')}</button>
${room && html`<button class="button" type="submit" name="go" value="stay">${t('portal.photo.addMore')}</button>`}</p>`
  })
  const failed = errors.length > 0
  return {
    kind: 'page',
    status: failed ? errorCodes.unprocessable.status : 200,
    title: t('portal.photo.title'),
    body,
    back: backOf('photo', draft),
    failed,
    noIndex: true
  }
}

/** The photos of a draft in small; `removable` with a button each, inside the page's form. */
export function photoList(
  { t, frame }: Pick<PageRequest, 't' | 'frame'>,
  draft: ReportDraft,
  removable: boolean
): Html | null {
  if (draft.photos.length === 0) return null
  const items = draft.photos.map(
    (
      photo,
      at
    ) => html`<li><img src="${frame.basePath}/report/photo/${photo.id}" alt="${t('portal.photo.alt', { number: at + 1 })}" width="112" height="112" loading="lazy">
${removable && html`<button class="button" type="submit" name="remove" value="${photo.id}">${t('portal.photo.remove', { number: at + 1 })}</button>`}</li>`
  )
  return html`<ul class="photo-list">${items}</ul>`
}

async function answerPhotos(needs: PortalNeeds, request: PageRequest, draft: ReportDraft): Promise<PageReply> {
  const who = { tenantId: request.context.tenant.tenantId }
  const removed = request.form.text('remove')
  if (removed !== '') {
    await needs.database.withTenant(who, (tx) => removePhoto(tx, draft.id, removed))
    return { kind: 'redirect', to: '/report/photo' }
  }
  const errors: PageError[] = []
  for (const file of request.form.files) errors.push(...(await addFile(needs, request, { draft, file })))
  if (errors.length > 0) return showPhotos(request, (await draftOf(needs, request)) ?? draft, errors)
  await needs.database.withTenant(who, (tx) => saveAnswers(tx, draft.id, { photosAsked: true }))
  const next = stepAfter('photo', { ...draft.answers, photosAsked: true })
  return { kind: 'redirect', to: request.form.text('go') === 'stay' ? '/report/photo' : `/report/${next}` }
}

async function addFile(
  needs: PortalNeeds,
  { t, context }: PageRequest,
  given: { draft: ReportDraft; file: FormFile }
): Promise<PageError[]> {
  const refuse = (message: string): PageError[] => [{ field: 'photo', message }]
  if (given.file.tooLarge) return refuse(t('portal.photo.tooLarge', { size: draftLimits.photoBytes / 1e6 }))
  const { verdict } = await needs.preparePhoto(given.file.bytes)
  if (!verdict.ok) return refuse(t('portal.photo.notAPhoto'))
  const photo = { bytes: verdict.full, sha256: createHash('sha256').update(verdict.full).digest('hex') }
  const added = await needs.database.withTenant({ tenantId: context.tenant.tenantId }, (tx) =>
    addPhoto(tx, given.draft.id, { id: needs.newId(), ...photo, nowMs: needs.clock.now() })
  )
  return added ? [] : refuse(t('portal.photo.full', { count: draftLimits.photos }))
}

async function showPhoto(needs: PortalNeeds, request: PageRequest): Promise<PageReply> {
  const draftId = draftIdOf(request.context)
  const bytes =
    draftId === null
      ? null
      : await needs.database.withTenant({ tenantId: request.context.tenant.tenantId }, (tx) =>
          photoBytes(tx, draftId, request.params['id'] ?? '')
        )
  if (bytes === null)
    return {
      kind: 'page',
      status: 404,
      title: request.t('error.not_found'),
      body: html`<h1>${request.t('error.not_found')}</h1>`,
      noIndex: true
    }
  return { kind: 'image', bytes, type: 'image/jpeg' }
}
