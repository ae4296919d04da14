export interface ShareContent {
  readonly title: string
  readonly text: string
  readonly url?: string
  readonly files?: readonly File[]
}

/** `copied` where the device has no share sheet; `failed` means nothing left the page. */
export type ShareOutcome = 'shared' | 'copied' | 'cancelled' | 'failed'

export interface SharePort {
  /** Must be called from a click. Never rejects. */
  share(content: ShareContent): Promise<ShareOutcome>
}

type ShareNavigator = Pick<Navigator, 'clipboard'> & Partial<Pick<Navigator, 'share' | 'canShare'>>

function sheetData(content: ShareContent, from: ShareNavigator): ShareData {
  const { files, ...words } = content
  if (!files?.length) return words
  const withFiles: ShareData = { ...words, files: [...files] }
  return from.canShare?.(withFiles) ? withFiles : words
}

/** The phone's share sheet, else the clipboard. Files are left out where the device cannot share them. */
export function browserShare(from: ShareNavigator = navigator): SharePort {
  return {
    async share(content) {
      try {
        if (from.share) {
          await from.share(sheetData(content, from))
          return 'shared'
        }
      } catch (error) {
        if (error instanceof DOMException && error.name === 'AbortError') return 'cancelled'
      }
      try {
        await from.clipboard.writeText([content.text, content.url].filter(Boolean).join('\n'))
        return 'copied'
      } catch {
        return 'failed'
      }
    }
  }
}
