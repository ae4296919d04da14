import { createRouter, createWebHistory, type Router, type RouteRecordRaw } from 'vue-router'
import TodayPage from './pages/TodayPage.vue'

declare module 'vue-router' {
  interface RouteMeta {
    /** Somebody writes here: the page is not reloaded under his hands, and the bottom bar makes room. */
    form?: boolean
  }
}

/** Today is in the first load; every other page is a chunk of its own, precached with the app. */
const routes: RouteRecordRaw[] = [
  { path: '/', name: 'today', component: TodayPage },
  { path: '/first-sync', name: 'first-sync', component: () => import('./pages/FirstSyncPage.vue') },
  { path: '/cases', name: 'cases', component: () => import('./pages/CasesPage.vue') },
  { path: '/cases/new', name: 'case-new', component: () => import('./pages/NewGrievancePage.vue'), meta: { form: true } },
  { path: '/cases/:id', name: 'case', component: () => import('./pages/CasePage.vue'), props: true },
  { path: '/cases/:id/slip', name: 'ticket', component: () => import('./pages/TicketPage.vue'), props: true },
  { path: '/people', name: 'people', component: () => import('./pages/PeoplePage.vue') },
  { path: '/people/:id', name: 'person', component: () => import('./pages/PersonPage.vue'), props: true },
  { path: '/households/new', name: 'household-new', component: () => import('./pages/household/NewHouseholdPage.vue'), meta: { form: true } },
  { path: '/households/:id', name: 'household', component: () => import('./pages/household/HouseholdPage.vue'), props: true },
  { path: '/households/:id/move', name: 'household-move', component: () => import('./pages/household/MoveHouseholdPage.vue'), props: true, meta: { form: true } },
  { path: '/households/:id/new-person', name: 'person-new', component: () => import('./pages/NewPersonPage.vue'), props: true, meta: { form: true } },
  { path: '/sync', name: 'sync', component: () => import('./pages/SyncPage.vue') },
  { path: '/more', name: 'more', component: () => import('./pages/MorePage.vue') },
  { path: '/:rest(.*)*', redirect: { name: 'today' } }
]

/** Addresses lie below the page's base, which may be `/o/<slug>/field/`. */
export function createFieldRouter(): Router {
  const router = createRouter({
    history: createWebHistory(new URL('./', document.baseURI).pathname),
    routes,
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 }
  })
  router.onError((_error, to) => {
    if (navigator.onLine) location.assign(router.resolve(to.fullPath).href)
  })
  return router
}

/** Whether a form is open, as a page or as a dialog. */
export function isWriting(router: Router): boolean {
  return router.currentRoute.value.meta.form === true || document.querySelector('dialog[open]') !== null
}
