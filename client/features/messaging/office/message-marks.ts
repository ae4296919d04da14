import type { Component } from 'vue'
import { Ban, CircleCheck, CircleHelp, CircleX, Clock, LoaderCircle, MailCheck } from '@lucide/vue'
import type { MessageStatus } from '#shared/messaging/message.ts'
import type { StateTone } from '#client/ui/feedback/state-tone.ts'

const marks: Readonly<Record<MessageStatus, { icon: Component; tone: StateTone }>> = {
  queued: { icon: Clock, tone: 'neutral' },
  sending: { icon: LoaderCircle, tone: 'info' },
  unknown: { icon: CircleHelp, tone: 'warn' },
  sent: { icon: CircleCheck, tone: 'ok' },
  delivered: { icon: MailCheck, tone: 'ok' },
  failed: { icon: CircleX, tone: 'bad' },
  cancelled: { icon: Ban, tone: 'neutral' }
}

/** Icon and tone of a message's status; its word stands in `messaging.status.<status>`. */
export function messageMark(status: MessageStatus): { icon: Component; tone: StateTone } {
  return marks[status]
}
