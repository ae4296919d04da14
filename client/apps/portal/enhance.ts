import { startCategorySearch } from './page/category-search.ts'
import { createDeviceDraft, watchForms } from './page/device-draft.ts'
import { startLocation } from './page/use-location.ts'
import { startWorker } from './page/portal-worker.ts'
import { startSharing } from './page/share-receipt.ts'

/** The pages work without this script. With it: search, position, small photos, and reports that wait for a network. */
const { base = '/', slug = '' } = document.documentElement.dataset
const basePath = base.replace(/\/$/, '')
const waitingKey = `sampark-portal:${slug}:waiting`
const draft = createDeviceDraft(localStorage, slug, () => Date.now())
const offlineForm = document.querySelector<HTMLFormElement>('form[data-offline-form]')

document.querySelector<HTMLElement>('.error-summary')?.focus()
startCategorySearch()
startLocation()
startSharing()
watchForms(draft)
startPhotoField()
startWorker(basePath)
if (offlineForm || localStorage.getItem(waitingKey) !== null) void startWaiting()

/** Loaded only where a report waits on this device, or is about to. */
async function startWaiting(): Promise<void> {
  const { createWaitingReports } = await import('./offline/waiting-reports.ts')
  const mark = {
    set: (waiting: boolean) => (waiting ? localStorage.setItem(waitingKey, '1') : localStorage.removeItem(waitingKey))
  }
  const waiting = createWaitingReports(basePath, mark)
  if (offlineForm) {
    const { startOfflinePage } = await import('./offline/offline-page.ts')
    await startOfflinePage({ form: offlineForm, draft, waiting })
  }
  await waiting.send()
}

function startPhotoField(): void {
  const input = document.querySelector<HTMLInputElement>('form[data-step=photo] input[type=file]')
  input?.addEventListener('change', () => {
    const form = input.form
    form?.setAttribute('aria-busy', 'true')
    void import('./page/photo-field.ts')
      .then(({ shrinkChosen }) => shrinkChosen(input))
      .catch(() => undefined)
      .finally(() => form?.removeAttribute('aria-busy'))
  })
}
