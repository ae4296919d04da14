import { createRouter, createWebHistory, type Router, type RouteRecordRaw } from 'vue-router'
import InboxPage from './pages/InboxPage.vue'

const routes: RouteRecordRaw[] = [
  { path: '/', redirect: { name: 'inbox' } },
  { path: '/inbox', name: 'inbox', component: InboxPage },
  { path: '/map', name: 'map', component: () => import('./pages/MapPage.vue') },
  { path: '/issues', name: 'issues', component: () => import('./pages/IssuesPage.vue') },
  { path: '/outgoing', name: 'outgoing', component: () => import('./pages/OutgoingPage.vue') },
  { path: '/users', name: 'users', component: () => import('./pages/UsersPage.vue') },
  { path: '/devices', name: 'devices', component: () => import('./pages/DevicesPage.vue') },
  { path: '/:rest(.*)*', name: 'lost', component: () => import('./pages/LostPage.vue') }
]

/** The pages of the office. The login has no address: it stands in front of whatever page was asked for. */
export function adminRouter(basePath: string): Router {
  return createRouter({ history: createWebHistory(`${basePath}/admin/`), routes })
}
