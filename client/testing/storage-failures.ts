type Method = 'add' | 'put' | 'delete'
const methods: readonly Method[] = ['add', 'put', 'delete']

/** Runs `work` with writing requests to IndexedDB that fail from the n-th on (`once`: only that one); tells whether one did. */
export async function failingFrom<Result>(
  { request, once, error }: { request: number; once: boolean; error: () => Error },
  work: () => Promise<Result>
): Promise<{ result: Result; failed: boolean }> {
  const originals = methods.map((method) => IDBObjectStore.prototype[method])
  let seen = 0
  let failed = false
  const patch = (method: Method, to: unknown): unknown => Object.assign(IDBObjectStore.prototype, { [method]: to })
  methods.forEach((method, at) => {
    const original = originals[at] as unknown as (...given: unknown[]) => unknown
    patch(method, function (this: IDBObjectStore, ...given: unknown[]) {
      seen += 1
      if (once ? seen === request : seen >= request) {
        failed = true
        throw error()
      }
      return original.apply(this, given)
    })
  })
  try {
    return { result: await work(), failed }
  } finally {
    methods.forEach((method, at) => patch(method, originals[at]))
  }
}

export const quotaError = (): Error => new DOMException('The disk is full.', 'QuotaExceededError')
export const killed = (): Error => new Error('killed')
