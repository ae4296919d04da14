import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { blockedPageSchema, contactListCountsSchema, type BlockedContact, type BlockReason, type ContactListCounts, type ContactListQuery } from '#shared/privacy/contact-list.ts'
import { refusalOf } from '#client/http/api-client.ts'
import { callRoute, queryText } from '#client/http/call-route.ts'
import { saveFile } from '#client/http/save-file.ts'
import type { Trouble } from '#client/http/trouble.ts'
import { useAttempt } from '#client/http/use-attempt.ts'
import { useDesk } from '#client/session/use-desk.ts'

export interface ContactList {
  /** Null until something was counted. */
  readonly counts: Readonly<ShallowRef<ContactListCounts | null>>
  readonly blocked: Readonly<ShallowRef<readonly BlockedContact[]>>
  /** Where the next page begins, null on the last one. */
  readonly next: Readonly<Ref<string | null>>
  readonly isBusy: Readonly<Ref<boolean>>
  readonly trouble: Readonly<ShallowRef<Trouble | null>>
  /** Counts anew and reads the first page of what is left out, of one reason or of all. */
  count(query: ContactListQuery, reason?: BlockReason): Promise<void>
  readMore(): Promise<void>
  /** What was counted belongs to another choice: it is shown no more. */
  forget(): void
  /** Hands the file of what was counted to the browser's downloads. */
  save(): Promise<boolean>
}

/** Addresses for one purpose. The server judges each time anew. */
export function useContactList(): ContactList {
  const { api } = useDesk()
  const counts = shallowRef<ContactListCounts | null>(null)
  const blocked = shallowRef<readonly BlockedContact[]>([])
  const next = ref<string | null>(null)
  const { isBusy, trouble, attempt, ask } = useAttempt()
  let asked = { purpose: 'campaigns', channel: 'sms', groups: '' } as { purpose: ContactListQuery['purpose']; channel: ContactListQuery['channel']; groups: string; wards?: string }
  let narrowed: BlockReason | undefined

  const page = (after?: string) =>
    callRoute(api, 'GET /api/v1/contact-lists/blocked', { query: { ...asked, limit: 50, ...(narrowed && { reason: narrowed }), ...(after && { after }) } }, blockedPageSchema)

  return {
    counts,
    blocked,
    next,
    isBusy,
    trouble,
    async count({ purpose, channel, groups, wards }, reason) {
      asked = { purpose, channel, groups: groups.join(','), ...(wards && { wards: wards.join(',') }) }
      narrowed = reason
      const read = await ask(() => Promise.all([callRoute(api, 'GET /api/v1/contact-lists/counts', { query: asked }, contactListCountsSchema), page()]))
      counts.value = read?.[0] ?? null
      blocked.value = read?.[1].rows ?? []
      next.value = read?.[1].next ?? null
    },
    forget() {
      counts.value = null
    },
    async readMore() {
      const more = await ask(() => page(next.value ?? undefined))
      if (!more) return
      blocked.value = [...blocked.value, ...more.rows]
      next.value = more.next
    },
    save: () =>
      attempt(async () => {
        const response = await api.open(`/api/v1/contact-lists/export${queryText(asked)}`)
        if (!response.ok) throw await refusalOf(response)
        saveFile(await response.blob(), `contacts-${asked.purpose}-${asked.channel}.csv`)
      })
  }
}
