export type LocalStoreTrouble = 'wrong-key' | 'newer-format' | 'ended'

/**
 * Why the replicas on this device cannot be used: `wrong-key` they are sealed with another key, or with one while none was given;
 * `newer-format` a newer app wrote them; `ended` another tab wiped or renewed the database. Nothing is deleted for any of these.
 */
export class LocalStoreError extends Error {
  readonly code: LocalStoreTrouble

  constructor(code: LocalStoreTrouble) {
    super(`The records on this device cannot be used (${code}).`)
    this.code = code
  }
}

/** Another tab wrote first: what this tab knows must be brought up to date before it writes. Never leaves this folder. */
export class StaleTurn extends Error {}
