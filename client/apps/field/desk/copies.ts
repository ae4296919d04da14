import type { SessionInfo } from '#shared/identity/session.ts'
import { deviceClock } from '#client/device/clock.ts'
import { ownerPrefix, replicaName, type StoreOwner } from '#client/local-store/database-names.ts'
import type { DeviceStore } from '#client/local-store/device-store.ts'
import { ReplicaVault, type LockedOut, type Unlocked } from '#client/local-store/keys/replica-vault.ts'
import { Outbox } from '#client/local-store/outbox.ts'
import type { RecordCipher } from '#client/local-store/record-cipher.ts'
import { wipeDatabases } from '#client/local-store/wipe-databases.ts'
import { forgetPerson, rememberPerson } from '#client/session/known-people.ts'
import type { Session } from '#client/session/session.ts'
import type { SyncEngine } from '#client/sync/sync-engine.ts'
import { ownerOf } from './owner-of.ts'
import { isEnding, watchGivenUp, watchOrders } from './watch-orders.ts'

/** Fetched when it is needed: the keys of the copies of records on this phone. Each call is done when its promise resolves. */
async function withVault<Result>(owner: StoreOwner, work: (vault: ReplicaVault) => Promise<Result>): Promise<Result> {
  const vault = new ReplicaVault(owner, () => deviceClock.now())
  try {
    return await work(vault)
  } finally {
    vault.close()
  }
}

/** After a login or refresh: this person is known on this phone, and the share opens the copies. */
export async function takeIn(
  store: DeviceStore,
  info: SessionInfo,
  { share, from }: { share: string | undefined; from: 'login' | 'refresh' }
): Promise<void> {
  await rememberPerson(store, info)
  if (info.secondStepDue && from === 'login') await goToSetUp(store, info)
  if (share !== undefined) await withVault(ownerOf(info), (vault) => vault.takeShare(share, from))
}

/**
 * The office wants a second step that this login lacks. The page for it is the office's: what is saved on this phone stays, saving goes
 * on without a network, and sending begins after the next login here. A login alone leads there, never a refresh in the midst of work.
 */
async function goToSetUp(store: DeviceStore, info: SessionInfo): Promise<void> {
  await store.put('session', info)
  await store.put('ended', null)
  location.assign(new URL('../admin/', document.baseURI))
}

/** ended: by the office; what lies here is surrendered and wiped, and opened no more. */
export type OpenedCopies = Unlocked | { kind: 'ended' }

/** Why the copies are closed. */
export type Closed = LockedOut | { kind: 'ended' }

/** Opens the copies of the one who is logged in, unless the office has ended this device or person. */
export async function enter(session: Session, info: SessionInfo, pin: string | null): Promise<OpenedCopies> {
  if (await isEnding()) return { kind: 'ended' }
  watchOrders(session)
  watchGivenUp(session)
  return openCopies(ownerOf(info), pin)
}

/** Opens the key; copies that nobody can read any more are dropped and a new key begins. */
export async function openCopies(owner: StoreOwner, pin: string | null): Promise<Unlocked> {
  const first = await withVault(owner, (vault) => vault.open(pin))
  if (first.kind !== 'unreadable') return first
  await dropCopies(owner)
  return withVault(owner, (vault) => vault.open())
}

/**
 * Deletes the copies and their key; the outbox stays. Close the engine first. Killed in between, the copies are gone and the
 * key still there, which is what a first sync begins with.
 */
export async function dropCopies(owner: StoreOwner): Promise<void> {
  const outbox = new Outbox(owner)
  for (const key of ['progress', 'swept', 'lastPulledAt']) await outbox.putSetting(key, null)
  outbox.close()
  await wipeDatabases(replicaName(owner))
  await withVault(owner, (vault) => vault.forgetKey())
}

/** Everything of this person on this phone: keys, copies, what was not sent. Close the engine first. */
export async function wipeEverything(owner: StoreOwner): Promise<void> {
  await withVault(owner, (vault) => vault.dropShare())
  await wipeDatabases(ownerPrefix(owner))
}

/**
 * keep: copies and unsent work stay, and only a login opens the copies again. handOver: the same, but with a PIN the person can
 * come back without a network. remove: everything of this person is deleted, also what was not sent.
 */
export type Leaving = 'keep' | 'handOver' | 'remove'

interface Leaver {
  readonly session: Session
  readonly engine: SyncEngine | null
}

/** Deletes or closes first, so that a kill in between leaves nothing readable. The page starts anew: nothing of this person stays in memory. */
export async function leave({ session, engine, store }: Leaver & { store: DeviceStore }, how: Leaving): Promise<void> {
  const { info } = session.view()
  if (info) {
    const owner = ownerOf(info)
    await engine?.close()
    if (how === 'remove') {
      await wipeEverything(owner)
      await forgetPerson(store, info.user.id)
    } else if (how === 'keep' || !(await opensByPin(owner))) await withVault(owner, (vault) => vault.dropShare())
  }
  await session.logout()
  location.assign(document.baseURI)
}

/** The same person logs in: the copies are dropped and read anew. Somebody else: his own are opened. Throws as `login` does. */
export async function forgetPin({ session, engine }: Leaver, pair: Parameters<Session['login']>): Promise<void> {
  const before = session.view().info?.user.id
  const next = await session.login(...pair)
  if (next.user.id === before) {
    await engine?.close()
    await dropCopies(ownerOf(next))
  }
  location.assign(document.baseURI)
}

/** The engine could not open: the copies are sealed with a key that is gone from this phone. They are dropped; a new key begins. */
export async function newKeyAfter(error: unknown, owner: StoreOwner): Promise<RecordCipher> {
  if ((error as { code?: unknown }).code !== 'wrong-key') throw error
  await dropCopies(owner)
  const opened = await openCopies(owner, null)
  if (opened.kind !== 'open') throw error
  return opened.cipher
}

export function hasPin(owner: StoreOwner): Promise<boolean> {
  return withVault(owner, (vault) => vault.hasPin())
}

export function setPin(owner: StoreOwner, current: string | null, next: string | null): Promise<Unlocked> {
  return withVault(owner, (vault) => vault.setPin(current, next))
}

/** Whether this person can come back with the PIN alone. */
export async function opensByPin(owner: StoreOwner): Promise<boolean> {
  return withVault(owner, async (vault) => (await vault.hasPin()) && (await vault.open()).kind === 'pin')
}
