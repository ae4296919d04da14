import { shallowRef, type ShallowRef } from 'vue'
import { retentionStateSchema, type RetentionRule, type RetentionState } from '#shared/privacy/retention.ts'
import type { Trouble } from '#client/http/trouble.ts'
import { useAttempt } from '#client/http/use-attempt.ts'
import { useDesk } from '#client/session/use-desk.ts'

export interface Retention {
  readonly rules: Readonly<ShallowRef<RetentionState['rules']>>
  readonly trouble: Readonly<ShallowRef<Trouble | null>>
  /** Counts anew what the rule would meet with these days; nothing goes. */
  count(rule: RetentionRule, days: number): Promise<void>
  /** Switches on, or off with null; false when it was refused. */
  change(rule: RetentionRule, days: number | null): Promise<boolean>
}

/** The rules of retention of this office, and what they would meet. */
export function useRetention(): Retention {
  const { api } = useDesk()
  const rules = shallowRef<RetentionState['rules']>([])
  const { trouble, attempt, ask } = useAttempt()

  async function read(query: string): Promise<void> {
    const state = await ask(() => api.call({ method: 'GET', path: `/api/v1/privacy/retention${query}`, reply: retentionStateSchema }))
    if (state) rules.value = state.rules
  }

  void read('')
  return {
    rules,
    trouble,
    count: (rule, days) => read(`?${rule}=${days}`),
    async change(rule, days) {
      const done = await attempt(() => api.call({ method: 'PATCH', path: '/api/v1/privacy/retention', body: { rule, days } }))
      if (done) await read('')
      return done
    }
  }
}
