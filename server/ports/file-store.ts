/** One stored file: a photo has the variants `full` and `thumb`. */
export interface FileName {
  readonly tenantId: string
  readonly id: string
  readonly variant: string
}

/** Bytes as they are, or as they come. */
export type FileContent = Uint8Array | AsyncIterable<Uint8Array>

/**
 * Where the bytes of photos lie. Names are ids, never what a person typed. A put is whole or not there: a reader sees the
 * old file or the new one, also after a power cut.
 */
export interface FileStore {
  /** Replaces what is there. Resolves once it is on disk. */
  put(name: FileName, content: FileContent): Promise<void>
  /** The whole file; null when there is none. */
  get(name: FileName): Promise<Buffer | null>
  exists(name: FileName): Promise<boolean>
  /** Removing what is not there is no error. */
  remove(name: FileName): Promise<void>
  /** Files of a tenant last written before `before` (ms), in groups, to find those that nothing refers to. */
  writtenBefore(tenantId: string, before: number): AsyncIterable<FileName[]>
}
