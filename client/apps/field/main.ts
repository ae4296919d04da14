import '#client/device/schemas-without-eval.ts'
import '#client/ui/tokens.css'
import '#client/ui/base.css'
import './field.css'
import { createApp } from 'vue'
import { applyTheme, rememberedTheme } from '#client/device/theme.ts'
import { loadMessages } from '#client/i18n/locale-messages.ts'
import { i18nPlugin, startI18n } from '#client/i18n/use-i18n.ts'
import AppRoot from './AppRoot.vue'
import { startAppUpdate } from './app-update.ts'
import { openFieldDesk } from './desk/field-desk.ts'
import { keepInstallOffer } from './install-offer.ts'
import { createFieldRouter, isWriting } from './routes.ts'

async function startApp(): Promise<void> {
  applyTheme(rememberedTheme())
  keepInstallOffer()
  const app = createApp(AppRoot)
  const [i18n, desk] = await Promise.all([startI18n(loadMessages), openFieldDesk(app)])
  const known = desk.view.value.info
  if (known) i18n.setTimeZone(known.tenant.timeZone)
  const router = createFieldRouter()
  app.use(i18nPlugin(i18n)).use(router).mount('#app')
  const isIdle = (): boolean => {
    const status = desk.open.value?.engine.status()
    return !isWriting(router) && (!status || (status.unsent === 0 && !status.sending))
  }
  if (import.meta.env.PROD) await startAppUpdate({ router, isIdle })
}

void startApp()
