import type { ClientI18n } from '#client/i18n/use-i18n.ts'
import { commandWord } from './use-issue-words.ts'

/** What is done beside commands, and what the audit calls it. Others show by their own name. */
const actionKeys: Readonly<Record<string, string>> = {
  'user.add': 'audit.action.user-add',
  'user.change': 'audit.action.user-change',
  'device.revoked': 'audit.action.device-revoked',
  'device.stolen': 'audit.action.device-stolen',
  'device.gave-up': 'audit.action.device-gave-up',
  'device.wiped': 'audit.action.device-wiped',
  'session.open': 'audit.action.session-open',
  'oidc.set': 'audit.action.oidc-set',
  'oidc.remove': 'audit.action.oidc-remove',
  'oidc.link': 'audit.action.oidc-link',
  'oidc.unlink': 'audit.action.oidc-unlink',
  'impersonation.offer': 'audit.action.impersonation-offer',
  'impersonation.start': 'audit.action.impersonation-start',
  'impersonation.look': 'audit.action.impersonation-look',
  'privacy.corrected': 'audit.action.privacy-corrected',
  'privacy.retention-rule': 'audit.action.retention-rule',
  'privacy.retention': 'audit.action.retention',
  'consent.change': 'audit.action.consent-change',
  'breach.record': 'audit.action.breach-record',
  'breach.change': 'audit.action.breach-change',
  'breach.step': 'audit.action.breach-step',
  'breach.close': 'audit.action.breach-close',
  'breach.export': 'audit.action.breach-export',
  'contact.export': 'audit.action.contact-export',
  'samples.add': 'audit.action.samples-add',
  'samples.remove': 'audit.action.samples-remove',
  'tenant.logo': 'audit.action.tenant-logo',
  'session.refuse': 'audit.action.session-refuse',
  'second_step.rule': 'audit.action.second-step-rule',
  'passkey.add': 'audit.action.passkey-add',
  'passkey.remove': 'audit.action.passkey-remove',
  'api_key.make': 'audit.action.api-key-make',
  'api_key.rotate': 'audit.action.api-key-rotate',
  'api_key.revoke': 'audit.action.api-key-revoke',
  'rescue.accept': 'audit.action.rescue-accept',
  'rescue.refuse': 'audit.action.rescue-refuse',
  'import.wards': 'audit.action.import-wards',
  'import.open311-requests': 'audit.action.import-requests',
  'photo.refuse': 'audit.action.photo-refuse',
  'audit.export': 'audit.action.audit-export',
  'audit.drop': 'audit.action.audit-drop'
}

const commandNouns = new Set(['grievance', 'household', 'person', 'issue'])

/** What was done, as people say it. */
export function auditWord(i18n: Pick<ClientI18n, 't'>, action: string): string {
  const key = actionKeys[action]
  if (key) return i18n.t(key)
  return commandNouns.has(action.split('.')[0] ?? '') ? commandWord(i18n, action) : action
}
