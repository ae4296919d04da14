import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import webPush from 'web-push'
import { startPushDouble } from '#server/testing/providers/push-double.ts'

/**
 * A push service over TLS for the browser journeys, as a process of its own. Prints one line when it is ready,
 * `push-ready {JSON}`, with `endpoint`, `p256dh`, `auth` (what a browser would tell the office), `publicKey`, `privateKey`
 * (what the office must sign with) and `certificateFile` (what it must trust), then `push-taken {JSON}` for each push whose signature and size
 * were right and that could be decrypted.
 */
const folder = mkdtempSync(join(tmpdir(), 'push-double-'))
const certificateFile = join(folder, 'certificate.pem')
const vapid = webPush.generateVAPIDKeys()
const service = await startPushDouble(vapid.publicKey, (push) => console.log(`push-taken ${JSON.stringify(push)}`))
writeFileSync(certificateFile, service.certificate)
console.log(`push-ready ${JSON.stringify({ ...service.subscription, ...vapid, certificateFile })}`)

async function end(): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  await service.close()
  process.exit(0)
}
process.once('SIGTERM', () => void end())
