/** Streams by tenant and scope, so that a poke costs what it concerns and not what is open. */
export interface ScopeIndex<S> {
  add(stream: S, place: { tenantId: string; scopes: Iterable<string> }): () => void
  /** The streams of one tenant that hold the scope. */
  of(tenantId: string, scope: string): ReadonlySet<S>
}

const none: ReadonlySet<never> = new Set<never>()

export function createScopeIndex<S>(): ScopeIndex<S> {
  const tenants = new Map<string, Map<string, Set<S>>>()

  function leave(stream: S, tenantId: string, scopes: readonly string[]): void {
    const byScope = tenants.get(tenantId)
    for (const scope of scopes) {
      const streams = byScope?.get(scope)
      streams?.delete(stream)
      if (streams?.size === 0) byScope?.delete(scope)
    }
    if (byScope?.size === 0) tenants.delete(tenantId)
  }

  return {
    add(stream, { tenantId, scopes }) {
      const held = [...scopes]
      const byScope = tenants.get(tenantId) ?? new Map<string, Set<S>>()
      tenants.set(tenantId, byScope)
      for (const scope of held) {
        const streams = byScope.get(scope)
        if (streams) streams.add(stream)
        else byScope.set(scope, new Set([stream]))
      }
      return () => leave(stream, tenantId, held)
    },
    of: (tenantId, scope) => tenants.get(tenantId)?.get(scope) ?? none
  }
}
