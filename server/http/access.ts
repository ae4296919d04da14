import { mayDo, type AccessAction } from '#shared/identity/access-policy.ts'
import type { Actor } from '#shared/identity/actor.ts'

export type AccessVerdict = 'allowed' | 'signed_out' | 'forbidden'

/** Who may call a route. The type parameter carries into the handler: behind `signedIn` and `may` there is an actor. */
export interface Access<A extends Actor | null = Actor | null> {
  readonly kind: 'anyone' | 'signed-in' | 'may'
  readonly action: AccessAction | null
  judge(actor: Actor | null): AccessVerdict
  /** Never called: it only ties `A` to the value. */
  readonly actorType?: A
}

/** No token needed; a valid one is still read into `context.actor`. */
export const anyone: Access<Actor | null> = { kind: 'anyone', action: null, judge: () => 'allowed' }

/** Any person of the tenant who is logged in; no machine, which has no session and no device. */
export const signedIn: Access<Actor> = {
  kind: 'signed-in',
  action: null,
  judge: (actor) => (actor ? (actor.role === 'machine' ? 'forbidden' : 'allowed') : 'signed_out')
}

/** Logged in, and the access policy grants him `action`, at least on some records. */
export function may(action: AccessAction): Access<Actor> {
  return {
    kind: 'may',
    action,
    judge(actor) {
      if (!actor) return 'signed_out'
      return mayDo(actor, action) ? 'allowed' : 'forbidden'
    }
  }
}
