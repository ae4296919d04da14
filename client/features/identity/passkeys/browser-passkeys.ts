import { fromBase64Url, toBase64Url } from '#shared/base64.ts'
import type { NewPasskey, PasskeyCreation, PasskeyLogin, PasskeyRequest } from '#shared/identity/passkey.ts'

/** Whether this browser knows passkeys; at an address with numbers instead of a name it still refuses them. */
export const hasPasskeys = (): boolean => 'PublicKeyCredential' in globalThis

/** Lets the device make a passkey. Throws `PasskeyTrouble`. */
export async function makePasskey(asked: PasskeyCreation): Promise<NewPasskey['credential']> {
  const made = await ask(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: fromBase64Url(asked.challenge),
        rp: asked.rp,
        user: { ...asked.user, id: fromBase64Url(asked.user.id) },
        pubKeyCredParams: asked.algorithms.map((alg) => ({ type: 'public-key', alg })),
        excludeCredentials: asked.exclude.map((id) => ({ type: 'public-key', id: fromBase64Url(id) })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        attestation: 'none',
        timeout: asked.timeoutMs
      }
    })
  )
  const response = made.response as AuthenticatorAttestationResponse
  return {
    id: made.id,
    clientDataJSON: textOf(response.clientDataJSON),
    attestationObject: textOf(response.attestationObject),
    transports: response.getTransports().slice(0, 10)
  }
}

/** Lets the person choose a passkey and show that it is he. Throws `PasskeyTrouble`. */
export async function signWithPasskey(asked: PasskeyRequest): Promise<PasskeyLogin['credential']> {
  const publicKey = { challenge: fromBase64Url(asked.challenge), rpId: asked.rpId, userVerification: 'required', timeout: asked.timeoutMs } as const
  const shown = await ask(() => navigator.credentials.get({ publicKey }))
  const { clientDataJSON, authenticatorData, signature, userHandle } = shown.response as AuthenticatorAssertionResponse
  return {
    id: shown.id,
    clientDataJSON: textOf(clientDataJSON),
    authenticatorData: textOf(authenticatorData),
    signature: textOf(signature),
    ...(userHandle && userHandle.byteLength > 0 && { userHandle: textOf(userHandle) })
  }
}

/** What the device or the person did not do; `textKey` is an i18n key of the passkey words. */
export class PasskeyTrouble extends Error {
  readonly textKey: string
  constructor(textKey: string, cause?: unknown) {
    super(textKey, { cause })
    this.textKey = textKey
  }
}

async function ask(work: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (!hasPasskeys()) throw new PasskeyTrouble('passkeys.notHere')
  const credential = await work().catch((error: unknown) => {
    throw new PasskeyTrouble(wordsFor((error as Error).name), error)
  })
  if (!credential) throw new PasskeyTrouble('passkeys.stopped')
  return credential as PublicKeyCredential
}

function wordsFor(name: string): string {
  if (name === 'InvalidStateError') return 'passkeys.known'
  return name === 'SecurityError' || name === 'NotSupportedError' ? 'passkeys.notHere' : 'passkeys.stopped'
}

const textOf = (bytes: ArrayBuffer): string => toBase64Url(new Uint8Array(bytes))
