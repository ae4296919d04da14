import type { FieldError, RejectionCode } from '#shared/errors.ts'
import type { RecordRef } from '#shared/protocol/collection-names.ts'
import type { Verdict } from '#shared/protocol/push.ts'
import type { NewBlob } from '#client/local-store/outbox-row.ts'

export interface SubmitOptions {
  /** Old value of each edited field as the person saw it; makes a field-level merge possible. */
  base?: Record<string, unknown>
  /** Photos that belong to the command; saved in the same transaction. */
  blobs?: readonly NewBlob[]
  /** What the person calls it, for the Sync Centre: a tracking number, a name. */
  title?: string
  /** Record to open from the Sync Centre. Default: the first record the command touches. */
  subject?: RecordRef
}

export interface SubmittedCommand {
  readonly id: string
  /** Position in the outbox; 0 when it was sent directly. */
  readonly seq: number
  /** The server's word where it is known already (sent directly); null where it is saved here and not sent yet. */
  readonly verdict: Verdict | null
  /** Photos of an accepted command whose bytes did not reach the server (sent directly only); `uploadDirectly` tries again. */
  readonly unsentPhotos?: readonly NewBlob[]
}

/** The one way to change a thing. In the field app it saves on the device; in the office it asks the server at once. */
export interface CommandSink {
  /**
   * Resolves when the command is durable: on this device (field) or at the server (office). Throws `CommandRefused`
   * when it can never be accepted, and then nothing was saved.
   */
  submit(name: string, args: Record<string, unknown>, options?: SubmitOptions): Promise<SubmittedCommand>
}

/** The command breaks a rule. `fields` name the arguments to mend, by dotted path. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused'
  readonly code: RejectionCode
  readonly fields: readonly FieldError[]

  constructor(code: RejectionCode, fields: readonly FieldError[] = []) {
    super(code)
    this.code = code
    this.fields = fields
  }
}
