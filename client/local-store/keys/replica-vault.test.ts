import 'fake-indexeddb/auto'
import { randomBytes, randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { storedBytes, wordsIn } from '#client/testing/stored-bytes.ts'
import { ownerPrefix } from '../database-names.ts'
import { wipeDatabases } from '../wipe-databases.ts'
import { KeyStore } from './key-store.ts'
import { pinTrouble, triesBeforeLogin } from './pin.ts'
import { ReplicaVault, type Unlocked } from './replica-vault.ts'

let owner = { tenantSlug: 'test', userId: '', deviceId: '' }
let share = ''
let now = 0
let vault: ReplicaVault
beforeEach(async () => {
  owner = { tenantSlug: 'test', userId: randomUUID(), deviceId: randomUUID() }
  share = randomBytes(32).toString('base64url')
  now = 1_800_000_000_000
  vault = start()
  await vault.takeShare(share, 'login')
})
afterEach(() => vault.close())

const start = (): ReplicaVault => new ReplicaVault(owner, () => now)
/** The app is killed and started again. */
function restart(): void {
  vault.close()
  vault = start()
}

const plain = new TextEncoder().encode('Sunita Devi')
async function sealWith(unlocked: Unlocked): Promise<Uint8Array<ArrayBuffer>> {
  if (unlocked.kind !== 'open') throw new Error(`The vault is ${unlocked.kind}.`)
  return unlocked.cipher.seal(plain)
}
/** What opening with this PIN says, and whether what was sealed before can be read then. */
async function reads(sealed: Uint8Array<ArrayBuffer>, pin: string | null = null): Promise<string> {
  const unlocked = await vault.open(pin)
  if (unlocked.kind !== 'open') return unlocked.kind
  return unlocked.cipher.open(sealed).then((bytes) => new TextDecoder().decode(bytes), () => 'another key')
}
async function tryWrong(times: number): Promise<Unlocked[]> {
  const answers: Unlocked[] = []
  for (let at = 0; at < times; at += 1) {
    now += 3_600_000
    answers.push(await vault.open('999999'))
    restart()
  }
  return answers
}

describe('the key to the copies of records', () => {
  it('opens without a PIN and without a network where the share has been given', async () => {
    const sealed = await sealWith(await vault.open())
    restart()
    expect(await reads(sealed)).toBe('Sunita Devi')
  })

  it('is one key, however many pages ask for the first time', async () => {
    const [one, two] = await Promise.all([vault.open(), start().open()])
    expect(await (two.kind === 'open' && two.cipher.open(await sealWith(one)))).toEqual(plain)
  })

  it('needs the PIN once one is set, the new one once it is changed, and none once it is removed', async () => {
    const sealed = await sealWith(await vault.open())
    await vault.setPin(null, '4071')
    restart()
    expect([await vault.hasPin(), await reads(sealed), await reads(sealed, '1704'), await reads(sealed, '4071')]).toEqual([true, 'pin', 'pin', 'Sunita Devi'])
    expect(await vault.setPin('1704', '8080')).toMatchObject({ kind: 'pin', wrong: 1 })
    await vault.setPin('4071', '80805050')
    expect([await reads(sealed, '4071'), await reads(sealed, '80805050')]).toEqual(['pin', 'Sunita Devi'])
    await vault.setPin('80805050', null)
    restart()
    expect(await reads(sealed)).toBe('Sunita Devi')
  })

  it('lies nowhere in the open: neither key, nor share, nor PIN', async () => {
    await vault.open()
    await vault.setPin(null, '40719')
    const bytes = await storedBytes(ownerPrefix(owner))
    expect(bytes.length).toBeGreaterThan(80)
    expect(bytes.includes(Buffer.from(share, 'base64url'))).toBe(false)
    expect(wordsIn(bytes, [share, '40719'])).toEqual([])
    const keys = new KeyStore(owner)
    expect((await keys.get('share'))?.key.extractable).toBe(false)
    keys.close()
  })

  it('is not opened by a wrapped key and PIN without the share of this device', async () => {
    await vault.open()
    await vault.setPin(null, '4071')
    const keys = new KeyStore(owner)
    const wrapped = await keys.get('replica')
    const thief = { ...owner, deviceId: randomUUID() }
    const theirs = new KeyStore(thief)
    await theirs.put('replica', wrapped)
    const there = new ReplicaVault(thief, () => now)
    expect(await there.open('4071')).toEqual({ kind: 'login' })
    await there.takeShare(randomBytes(32).toString('base64url'), 'login')
    expect(await there.open('4071')).toEqual({ kind: 'unreadable' })
    await theirs.put('replica', { ...wrapped!, shareId: (await theirs.get('share'))!.id })
    expect(await there.open('4071')).toMatchObject({ kind: 'pin' })
    for (const one of [keys, theirs, there]) one.close()
  })

  it('is wiped with everything else of its owner', async () => {
    const sealed = await sealWith(await vault.open())
    vault.close()
    expect(await wipeDatabases(ownerPrefix(owner))).toEqual([`${ownerPrefix(owner)}keys`])
    vault = start()
    await vault.takeShare(share, 'login')
    expect(await reads(sealed)).toBe('another key')
  })
})

describe('wrong PINs', () => {
  it('have to wait longer and longer, over restarts, and also with the clock set back', async () => {
    await vault.open()
    await vault.setPin(null, '4071')
    await tryWrong(3)
    expect(await vault.open()).toEqual({ kind: 'pin', wrong: 3, waitMs: 5_000 })
    expect(await vault.open('4071')).toEqual({ kind: 'pin', wrong: 3, waitMs: 5_000 })
    now -= 30 * 86_400_000
    expect(await vault.open('4071')).toMatchObject({ waitMs: 5_000 })
    now += 5_000
    expect(await vault.open('4071')).toMatchObject({ kind: 'open' })
    expect(await vault.open()).toEqual({ kind: 'pin', wrong: 0, waitMs: 0 })
  })

  it('are counted before they are looked at, so that killing the app gives none back', async () => {
    await vault.open()
    await vault.setPin(null, '4071')
    const attempt = vault.open('9999')
    const keys = new KeyStore(owner)
    for (let waited = 0; waited < 200 && !(await keys.get('wrong')); waited += 1) await new Promise((resolve) => setTimeout(resolve, 1))
    expect(await keys.get('wrong')).toMatchObject({ count: 1 })
    keys.close()
    await attempt
  })

  it('end after ten: then a login is needed, which no refresh replaces, and the right PIN opens the same copies', async () => {
    const sealed = await sealWith(await vault.open())
    await vault.setPin(null, '4071')
    const answers = await tryWrong(triesBeforeLogin)
    expect(answers.map(({ kind }) => kind)).toEqual([...Array<string>(triesBeforeLogin - 1).fill('pin'), 'login'])
    expect(await reads(sealed, '4071')).toBe('login')
    await vault.takeShare(share, 'refresh')
    expect(await reads(sealed, '4071')).toBe('login')
    const keys = new KeyStore(owner)
    expect(await keys.get('share')).toBeNull()
    keys.close()
    await vault.takeShare(share, 'login')
    expect(await reads(sealed, '4071')).toBe('Sunita Devi')
  })
})

describe('the share', () => {
  it('brings the copies back with the next login after a logout', async () => {
    const sealed = await sealWith(await vault.open())
    await vault.dropShare()
    restart()
    expect(await reads(sealed)).toBe('login')
    await vault.takeShare(share, 'login')
    expect(await reads(sealed)).toBe('Sunita Devi')
  })

  it('that the office has forgotten leaves the copies unreadable, and a new key begins', async () => {
    const sealed = await sealWith(await vault.open())
    await vault.dropShare()
    await vault.takeShare(randomBytes(32).toString('base64url'), 'login')
    expect(await reads(sealed)).toBe('unreadable')
    await vault.forgetKey()
    expect(await reads(sealed)).toBe('another key')
  })

  it('of the server takes the place of the own one of a phone that was updated without a network, with and without a PIN', async () => {
    for (const pin of [null, '4071']) {
      owner = { ...owner, deviceId: randomUUID() }
      restart()
      const sealed = await sealWith(await vault.open())
      if (pin) await vault.setPin(null, pin)
      await vault.takeShare(share, 'refresh')
      expect(await reads(sealed, pin)).toBe('Sunita Devi')
      await vault.dropShare()
      await vault.takeShare(share, 'login')
      expect(await reads(sealed, pin)).toBe('Sunita Devi')
    }
  })

  it('and a forgotten PIN: the copies are given up, the phone goes on with a new key', async () => {
    const sealed = await sealWith(await vault.open())
    await vault.setPin(null, '4071')
    await vault.forgetKey()
    expect([await vault.hasPin(), await reads(sealed)]).toEqual([false, 'another key'])
  })
})

describe('a PIN', () => {
  it('is four to twelve digits, and none of those that are tried first', () => {
    expect(['4071', '123457', '0246', '071920061122'].map(pinTrouble)).toEqual([null, null, null, null])
    expect(['407', '', '1234567890123'].map(pinTrouble)).toEqual(['short', 'short', 'short'])
    expect(['40a1', '४०७१'].map(pinTrouble)).toEqual(['digits', 'digits'])
    expect(['0000', '1234', '9876', '567890'].map(pinTrouble)).toEqual(['simple', 'simple', 'simple', 'simple'])
  })
})
