import { createRouter, createWebHistory, type Router, type RouteRecordRaw } from 'vue-router'
import InboxPage from './pages/InboxPage.vue'

declare module 'vue-router' {
  interface RouteMeta {
    /** Stands before the login: somebody comes with a link, or without a password. */
    open?: boolean
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/', redirect: { name: 'inbox' } },
  { path: '/inbox', name: 'inbox', component: InboxPage },
  { path: '/map', name: 'map', component: () => import('./pages/MapPage.vue') },
  { path: '/issues', name: 'issues', component: () => import('./pages/IssuesPage.vue') },
  { path: '/outgoing', name: 'outgoing', component: () => import('./pages/OutgoingPage.vue') },
  { path: '/users', name: 'users', component: () => import('./pages/UsersPage.vue') },
  { path: '/roles', name: 'roles', component: () => import('./pages/RolesPage.vue') },
  { path: '/api-keys', name: 'api-keys', component: () => import('./pages/ApiKeysPage.vue') },
  { path: '/devices', name: 'devices', component: () => import('./pages/DevicesPage.vue') },
  { path: '/account', name: 'account', component: () => import('./pages/account/AccountPage.vue') },
  { path: '/password', component: () => import('./pages/account/ChoosePasswordPage.vue'), meta: { open: true } },
  { path: '/forgot', name: 'forgot', component: () => import('./pages/account/ForgotPasswordPage.vue'), meta: { open: true } },
  { path: '/confirm-email', component: () => import('./pages/account/ConfirmEmailPage.vue'), meta: { open: true } },
  { path: '/oidc', component: () => import('./pages/account/OidcReturnPage.vue'), meta: { open: true } },
  { path: '/login-provider', name: 'login-provider', component: () => import('./pages/LoginProviderPage.vue') },
  { path: '/support', component: () => import('./pages/account/SupportPage.vue'), meta: { open: true } },
  { path: '/breaches', name: 'breaches', component: () => import('./pages/BreachesPage.vue') },
  { path: '/contact-lists', name: 'contact-lists', component: () => import('./pages/ContactListsPage.vue') },
  { path: '/privacy', name: 'privacy', component: () => import('./pages/PrivacyPage.vue') },
  { path: '/setup', name: 'setup', component: () => import('./pages/SetupPage.vue') },
  { path: '/audit', name: 'audit', component: () => import('./pages/AuditPage.vue') },
  { path: '/:rest(.*)*', name: 'lost', component: () => import('./pages/LostPage.vue') }
]

/** The pages of the office. The login has no address: it stands in front of whatever page was asked for. */
export function adminRouter(basePath: string): Router {
  return createRouter({ history: createWebHistory(`${basePath}/admin/`), routes })
}
