import { AppError, type ErrorCode } from '#shared/errors.ts'

export interface ConstraintRefusal {
  readonly code: ErrorCode
  /** Field of the request that met the constraint. */
  readonly path: string
  readonly message: string
}

/** For `.catch` behind a query: turns the violation of a named constraint into a refusal that names the field. */
export function refuseConstraints(refusals: Readonly<Record<string, ConstraintRefusal>>): (error: unknown) => never {
  return (error) => {
    const { constraint } = error as { constraint?: string }
    const refusal = constraint === undefined ? undefined : refusals[constraint]
    if (!refusal) throw error
    throw new AppError(refusal.code, refusal.message, [{ path: refusal.path, message: refusal.message }])
  }
}
