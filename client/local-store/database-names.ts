/** Whose data it is. Another person on the same phone has databases of his own, and neither opens the other's. */
export interface StoreOwner {
  readonly tenantSlug: string
  readonly userId: string
  readonly deviceId: string
}

/** First part of the names of everything one person of one office holds on this device. */
export function ownerPrefix(owner: StoreOwner): string {
  return `sampark:${owner.tenantSlug}:${owner.userId}:${owner.deviceId}:`
}

/** Commands, photos and settings: small, opened by the service worker as well. */
export function outboxName(owner: StoreOwner): string {
  return `${ownerPrefix(owner)}outbox`
}

/** The keys to the copies; the outbox holds its own. */
export function keysName(owner: StoreOwner): string {
  return `${ownerPrefix(owner)}keys`
}

/** Copies of the server's records. */
export function replicaName(owner: StoreOwner): string {
  return `${ownerPrefix(owner)}replica`
}

/** Device id and session of the office at this base path, known before anybody has logged in. */
export function deviceStoreName(basePath: string): string {
  return `sampark:${basePath === '' ? 'home' : basePath.split('/').at(-1)}:device`
}
