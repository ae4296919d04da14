/** What the browser says of the line. unknown: it does not say, as on iPhones, in Firefox and on most desktops. */
export type LineKind = 'mobile' | 'other' | 'unknown'

export interface LineWatch {
  kind(): LineKind
  /** Called when the line became another; returns the way to stop. */
  onChange(listener: () => void): () => void
}

/** Part of the Network Information API, which only Chromium on phones fills. */
interface NetworkInformation extends EventTarget {
  readonly type?: string
}

/** The line of this device, in a page or a service worker. */
export function browserLine(from: unknown = typeof navigator === 'undefined' ? {} : navigator): LineWatch {
  const { connection } = from as { connection?: NetworkInformation }
  return {
    kind() {
      const type = connection?.type ?? 'unknown'
      if (type === 'unknown') return 'unknown'
      return type === 'cellular' || type === 'wimax' ? 'mobile' : 'other'
    },
    onChange(listener) {
      connection?.addEventListener('change', listener)
      return () => connection?.removeEventListener('change', listener)
    }
  }
}
