/** Exchanges the refresh cookie of a session. Resolves to the next cookie; throws on any other answer. */
export async function refreshSession(address: string, cookie: string): Promise<string> {
  const response = await fetch(`${address}/api/v1/session/refresh`, { method: 'POST', headers: { cookie, origin: address } })
  if (!response.ok) throw new Error(`the refresh answered ${response.status}: ${await response.text()}`)
  await response.arrayBuffer()
  return response.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ')
}
