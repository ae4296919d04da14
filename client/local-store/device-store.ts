import { Dexie } from 'dexie'
import { deviceStoreName } from './database-names.ts'

/** A few facts of this device and office: its id, who is logged in. Never a password or token. */
export interface DeviceStore {
  get<Value>(key: string): Promise<Value | null>
  /** Durable when the promise resolves; null removes. */
  put(key: string, value: unknown): Promise<void>
  /** The same with what `next` makes of the value as it is, in one transaction: of two pages neither overwrites what the other wrote. */
  change<Value>(key: string, next: (value: Value | null) => Value | null): Promise<void>
  close(): void
}

/** Opens (or makes) the store of the office at `basePath`. */
export function openDeviceStore(basePath: string): DeviceStore {
  const db = new Dexie(deviceStoreName(basePath), { chromeTransactionDurability: 'strict' })
  db.version(1).stores({ facts: 'key' })
  const facts = db.table<{ key: string; value: unknown }, string>('facts')
  const get = async <Value>(key: string) => ((await facts.get(key))?.value ?? null) as Value | null
  async function put(key: string, value: unknown): Promise<void> {
    await (value === null ? facts.delete(key) : facts.put({ key, value }))
  }
  return {
    get,
    put,
    change: <Value>(key: string, next: (value: Value | null) => Value | null) =>
      db.transaction('rw', facts, async () => put(key, next(await get<Value>(key)))),
    close: () => db.close()
  }
}
