import { shallowRef, type Ref, type ShallowRef } from 'vue'
import type { Settlement } from '#shared/sync-issues/sync-issue.ts'
import type { SyncIssueRow } from '#shared/sync-issues/sync-issue-list.ts'
import { useAttempt } from '#client/http/use-attempt.ts'
import { useI18n } from '#client/i18n/use-i18n.ts'
import { useDesk } from '#client/session/use-desk.ts'
import type { NewCommand } from '#client/sync/direct-sink.ts'
import { useToast } from '#client/ui/feedback/use-toast.ts'
import { reopenCommand, settleCommand } from './read-issues.ts'

export interface SettlementDesk {
  readonly isBusy: Readonly<Ref<boolean>>
  /** Why issues could not be settled or reopened, by issue id: an i18n key. */
  readonly troubles: Readonly<ShallowRef<ReadonlyMap<string, string>>>
  /** One command for each issue, sent as one batch; offers to take it back. `value` only for a third one. */
  settle(issues: readonly SyncIssueRow[], settlement: Settlement, value?: unknown): Promise<void>
  /** Takes settlements back. What somebody has changed since stays, and says so. */
  reopen(issues: readonly SyncIssueRow[]): Promise<void>
}

/** Settles issues for a board; `changed` is called after each try. */
export function useSettlement(changed: () => void): SettlementDesk {
  const { sink } = useDesk()
  const { t } = useI18n()
  const { showToast } = useToast()
  const { isBusy, trouble, ask } = useAttempt()
  const troubles = shallowRef<ReadonlyMap<string, string>>(new Map())

  /** Returns the issues whose command was taken. */
  async function send(issues: readonly SyncIssueRow[], commandOf: (issue: SyncIssueRow) => NewCommand): Promise<SyncIssueRow[]> {
    const failed = new Map<string, string>()
    const outcomes = await ask(() => sink.submitAll(issues.map(commandOf)))
    issues.forEach(({ id }, index) => {
      const refusal = outcomes?.[index]?.refusal
      if (refusal) failed.set(id, refusal === 'stale_state' ? 'admin.issues.stale' : `error.${refusal}`)
      else if (!outcomes) failed.set(id, trouble.value?.textKey ?? 'error.internal')
    })
    troubles.value = failed
    changed()
    return issues.filter((issue) => !failed.has(issue.id))
  }

  async function reopen(issues: readonly SyncIssueRow[]): Promise<void> {
    const count = (await send(issues, reopenCommand)).length
    if (count > 0) showToast({ text: t('admin.issues.reopened', { count }), tone: 'ok' })
    if (count < issues.length) showToast({ text: t('admin.issues.notReopened', { count: issues.length - count }), tone: 'warn' })
  }

  return {
    isBusy,
    troubles,
    reopen,
    async settle(issues, settlement, value) {
      const done = await send(issues, (issue) => settleCommand(issue, settlement, value))
      if (done.length === 0) return
      showToast({ text: t('admin.issues.settled', { count: done.length }), tone: 'ok', undo: () => void reopen(done) })
    }
  }
}
