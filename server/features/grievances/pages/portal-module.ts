import type { Module } from '../../../module.ts'
import { definePage, type PortalOptions } from '../../../portal/page-route.ts'
import { readPortalAssets } from '../../../portal/portal-assets.ts'
import { problemPages } from '../../../portal/problem-page.ts'
import { reportCheckPages } from '../report/report-check-pages.ts'
import { reportOfflinePages } from '../report/report-offline-pages.ts'
import { reportPages } from '../report/report-pages.ts'
import { reportPhotoPages } from '../report/report-photo-pages.ts'
import { sweepDrafts } from '../report/report-photo-keeping.ts'
import { reportSentPages } from '../report/report-sent-pages.ts'
import { myDataPages } from '../my-data/my-data-pages.ts'
import { createTrackLimits } from '../track/track-limits.ts'
import { trackPages } from '../track/track-pages.ts'
import { createTrackPasses } from '../track/track-pass.ts'
import { acceptedKeys } from '../../../ports/derive-key.ts'
import { createPortalLists } from './grievance-pages-store.ts'
import { homePages } from './home-pages.ts'
import type { PortalModuleNeeds, PortalNeeds } from './needs.ts'
import { portalRoutes } from './portal-routes.ts'
import { sitePages } from './site-pages.ts'

const sweepEveryMs = 10 * 60_000

/** The citizens' door: pages that work without a script, and what the script adds to them. */
export function createPortalModule(given: PortalModuleNeeds): Module {
  const needs: PortalNeeds = { ...given, lists: createPortalLists(given) }
  const assets = readPortalAssets(needs.builtPortal)
  const options: PortalOptions = { assets, cookieSecure: needs.config.COOKIE_SECURE }
  const track = {
    needs,
    limits: createTrackLimits(needs.limiter),
    passes: createTrackPasses(acceptedKeys(needs.config), needs.config.COOKIE_SECURE)
  }
  const pages = [
    ...homePages(needs),
    ...reportPages(needs),
    ...reportPhotoPages(needs),
    ...reportCheckPages(needs),
    ...reportSentPages(needs),
    ...reportOfflinePages(needs),
    ...trackPages(track),
    ...myDataPages(track),
    ...sitePages()
  ]
  return {
    name: 'portal',
    routes: [...portalRoutes(track), ...pages.map((page) => definePage(page, options))],
    staticMounts: assets.mounts,
    problemPage: problemPages(options),
    start: { scheduler: async () => startSweep(needs) }
  }
}

function startSweep(needs: PortalNeeds): () => Promise<void> {
  let running: Promise<void> = Promise.resolve()
  const round = () => {
    running = sweepDrafts(needs).catch((error: unknown) =>
      needs.log.warn({ error: (error as Error).name }, 'drafts could not be swept')
    )
  }
  const timer = setInterval(round, sweepEveryMs)
  timer.unref()
  round()
  return async () => {
    clearInterval(timer)
    await running
  }
}
