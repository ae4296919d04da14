/**
 * Version of the wire between device and server.
 *
 * 1  commands in, verdicts with receipts out; feed pages by position; pokes. Added: comparing by digests, `p` and `l` in checkpoints,
 *    `waitsFor` of a retry, names of what is unsent.
 *
 * Rules: only additions within a version; a device may be one version behind for pulling and any version behind for
 * pushing (an old outbox always drains). `protocol-version.test.ts` hashes the schemas, so a silent change is caught.
 */
export const protocolVersion = 1

/** The oldest version that may still pull. Never raise it while such devices are in use. */
export const oldestPullVersion = 1
