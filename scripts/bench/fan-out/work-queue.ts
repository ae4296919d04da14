/** Processor time of one request or event, ms, at the web process and in Postgres. */
export interface Cost {
  readonly web: number
  readonly postgres: number
}

export interface Fleet {
  /** Web processes, one core each. */
  readonly processes: number
  /** Cores of all Postgres nodes that share the load. */
  readonly postgresCores: number
}

/** First come, first served: a core per web process, then the cores of Postgres together. Virtual time, ms. */
export interface WorkQueue {
  /** Resolves the end of a piece of work that arrives now; work must arrive in order of time. */
  finish(process: number, at: number, cost: Cost): number
  /** Processor time used so far, of the web processes and of Postgres, ms. */
  readonly used: Cost
}

export function createWorkQueue({ processes, postgresCores }: Fleet): WorkQueue {
  const freeAt = new Float64Array(processes)
  let postgresFreeAt = 0
  let [web, postgres] = [0, 0]
  return {
    finish(process, at, cost) {
      const answered = Math.max(at, freeAt[process]!) + cost.web
      freeAt[process] = answered
      postgresFreeAt = Math.max(at, postgresFreeAt) + cost.postgres / postgresCores
      web += cost.web
      postgres += cost.postgres
      return Math.max(answered, postgresFreeAt)
    },
    get used() {
      return { web, postgres }
    }
  }
}
