import '#client/device/schemas-without-eval.ts';
import '#client/ui/tokens.css';
import '#client/ui/base.css';
import { createApp } from 'vue';
import { applyTheme, rememberedTheme } from '#client/device/theme.ts';
import { i18nPlugin, startI18n } from '#client/i18n/use-i18n.ts';
import AppRoot from './AppRoot.vue';

applyTheme(rememberedTheme());
void startI18n().then((i18n) => createApp(AppRoot).use(i18nPlugin(i18n)).mount('#app'));
