/**
 * Lets `work` run once at a time. A call meanwhile is left out (`drop`), or makes it run once more when it is done
 * (`again`): what changed while it ran is then seen too. `work` must not throw.
 */
export function oneAtATime(work: () => Promise<void>, meanwhile: 'drop' | 'again'): () => Promise<void> {
  let running = false
  let wanted = false
  return async function run(): Promise<void> {
    wanted = true
    if (running) return
    running = true
    while (wanted) {
      wanted = false
      await work()
      if (meanwhile === 'drop') wanted = false
    }
    running = false
  }
}
