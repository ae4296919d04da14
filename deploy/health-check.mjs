/** Ends with 0 when the address given answers with success; for images without curl. */
const [address = ''] = process.argv.slice(2)
const response = await fetch(address, { signal: AbortSignal.timeout(4000) }).catch(() => null)
process.exit(response?.ok ? 0 : 1)
