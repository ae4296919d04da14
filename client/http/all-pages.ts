/** Every row of a list that the server gives page by page; `read` is called with the `next` of the page before. */
export async function allPages<R>(read: (after: string | undefined) => Promise<{ rows: readonly R[]; next: string | null }>): Promise<R[]> {
  const all: R[] = []
  let after: string | undefined
  do {
    const { rows, next } = await read(after)
    all.push(...rows)
    after = next ?? undefined
  } while (after !== undefined)
  return all
}
