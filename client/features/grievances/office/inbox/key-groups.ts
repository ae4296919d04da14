import type { Translate } from '#shared/i18n/translator.ts'
import type { KeyGroup } from '#client/ui/overlays/key-binding.ts'

/** The shortcuts of the inbox, for the help. */
export function inboxKeyGroups(t: Translate): KeyGroup[] {
  return [
    {
      title: t('admin.keys.list'),
      bindings: [
        { keys: ['j', 'k'], label: t('admin.keys.move') },
        { keys: ['x'], label: t('admin.keys.select') },
        { keys: ['Enter'], label: t('admin.keys.open') },
        { keys: ['Esc'], label: t('admin.keys.close') },
        { keys: ['/'], label: t('admin.keys.search') }
      ]
    },
    {
      title: t('admin.keys.record'),
      bindings: [
        { keys: ['a'], label: t('admin.keys.assign') },
        { keys: ['s'], label: t('admin.keys.actions') },
        { keys: ['?'], label: t('ui.keyboard') }
      ]
    }
  ]
}
