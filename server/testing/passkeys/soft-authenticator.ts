import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import type { NewPasskey, PasskeyLogin } from '#shared/identity/passkey.ts'

/** What an authenticator is told by the browser, or by an attacker instead of one. */
export interface Asked {
  challenge: string
  rpId: string
  origin: string
  /** Default true: the person was recognised, by finger or PIN. */
  userVerified?: boolean
}

/** An authenticator in software with one passkey (ES256, no attestation), so that tests can say what no browser would. */
export class SoftAuthenticator {
  /** Of the last signature; set it to say another number. */
  counter = 0
  readonly #id = randomBytes(16)
  readonly #privateKey: KeyObject
  readonly #coseKey: Buffer

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    this.#privateKey = privateKey
    this.#coseKey = Buffer.concat([hex('a5010203262001215820'), Buffer.from(x, 'base64url'), hex('225820'), Buffer.from(y, 'base64url')])
  }

  get credentialId(): string {
    return this.#id.toString('base64url')
  }

  make(asked: Asked): NewPasskey['credential'] {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(this.#id.length)
    const authData = Buffer.concat([this.#authData(asked, 0x40), Buffer.alloc(16), length, this.#id, this.#coseKey])
    const size = Buffer.alloc(2)
    size.writeUInt16BE(authData.length)
    const attestation = Buffer.concat([hex('a363666d74646e6f6e656761747453746d74a0686175746844617461'), hex('59'), size, authData])
    return { id: this.credentialId, clientDataJSON: clientData('webauthn.create', asked), attestationObject: attestation.toString('base64url'), transports: ['internal'] }
  }

  sign(asked: Asked): PasskeyLogin['credential'] {
    this.counter += 1
    const authenticatorData = this.#authData(asked, 0)
    const clientDataJSON = clientData('webauthn.get', asked)
    const signed = Buffer.concat([authenticatorData, createHash('sha256').update(Buffer.from(clientDataJSON, 'base64url')).digest()])
    const signature = sign('sha256', signed, this.#privateKey)
    return { id: this.credentialId, clientDataJSON, authenticatorData: authenticatorData.toString('base64url'), signature: signature.toString('base64url') }
  }

  #authData({ rpId, userVerified = true }: Asked, moreFlags: number): Buffer {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(this.counter)
    return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([0x01 | (userVerified ? 0x04 : 0) | moreFlags]), counter])
  }
}

const hex = (text: string) => Buffer.from(text, 'hex')

const clientData = (type: string, { challenge, origin }: Asked): string =>
  Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false })).toString('base64url')
