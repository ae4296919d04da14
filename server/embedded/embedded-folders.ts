import { resolve } from 'node:path'

/** Downloads that can be fetched again at any time: unpacked Debian packages and their lists. */
export const defaultCacheDir = resolve(import.meta.dirname, '../../.cache')

/** A line of progress for a person at a terminal, without a line break. */
export type LogLine = (line: string) => void
