import '#client/device/schemas-without-eval.ts'
import '#client/ui/tokens.css'
import '#client/ui/base.css'
import { createApp } from 'vue'
import { applyTheme, rememberedTheme } from '#client/device/theme.ts'
import { loadOfficeMessages } from '#client/i18n/locale-messages.ts'
import { i18nPlugin, startI18n } from '#client/i18n/use-i18n.ts'
import { provideDesk } from '#client/session/use-desk.ts'
import AppRoot from './AppRoot.vue'
import { startOfficeSession } from './desk/office-session.ts'
import { provideOfficeSession } from './desk/use-office-session.ts'
import { adminRouter } from './routes.ts'

async function start(): Promise<void> {
  applyTheme(rememberedTheme())
  const [i18n, office] = await Promise.all([startI18n(loadOfficeMessages), startOfficeSession()])
  const app = createApp(AppRoot).use(i18nPlugin(i18n)).use(adminRouter(office.basePath))
  provideOfficeSession(app, office)
  provideDesk(app, office.desk)
  app.mount('#app')
}

void start()
