/** A record as screens and rules see it. */
export type LocalRecord = { id: string; type: string } & Record<string, unknown>
