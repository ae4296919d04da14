import type { TestServer } from '#server/testing/start-test-server.ts'
import type { GoldenSessions } from './golden-office.ts'
import type { GoldenRole } from './golden-step.ts'

export interface Answer {
  status: number
  body: Record<string, unknown>
}

/** Sends one body as that person. A citizen has no session. */
export type Wire = (as: GoldenRole, path: string, body: unknown) => Promise<Answer>

export function wireTo(server: TestServer, sessions: GoldenSessions): Wire {
  return async (as, path, body) => {
    const response = as === 'citizen' ? await sendOpenly(server.url + path, body) : await sessions[as].call('POST', path, body)
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
}

function sendOpenly(url: string, body: unknown): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
}
