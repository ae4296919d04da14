/** Bytes, as the browser estimates them; `persisted` means that the browser will not evict without asking. */
export interface StorageReport {
  readonly usedBytes: number
  readonly quotaBytes: number
  readonly persisted: boolean
}

/** From this share of the quota on a person is warned. */
export const tightShare = 0.8

export function isTight({ usedBytes, quotaBytes }: StorageReport): boolean {
  return quotaBytes > 0 && usedBytes >= quotaBytes * tightShare
}

export interface StorageQuota {
  /** `null` where the browser does not tell. */
  report(): Promise<StorageReport | null>
  /** Asks the browser to keep our data. Chrome decides by itself, mostly yes once installed; ask after install. */
  persist(): Promise<boolean>
}

/** The browser's storage manager. Never rejects. */
export function browserStorage(from: StorageManager | undefined = navigator.storage): StorageQuota {
  return {
    async report() {
      try {
        if (!from) return null
        const [estimate, persisted] = await Promise.all([from.estimate(), from.persisted()])
        return { usedBytes: estimate.usage ?? 0, quotaBytes: estimate.quota ?? 0, persisted }
      } catch {
        return null
      }
    },
    async persist() {
      try {
        return from ? await from.persist() : false
      } catch {
        return false
      }
    }
  }
}

/** Whether a write failed because there is no room. Dexie and RxDB put the browser's error inside their own. */
export function isStorageFull(error: unknown): boolean {
  for (let at = error; typeof at === 'object' && at !== null; at = (at as { inner?: unknown }).inner ?? (at as { cause?: unknown }).cause) {
    if ((at as { name?: unknown }).name === 'QuotaExceededError') return true
  }
  return false
}
