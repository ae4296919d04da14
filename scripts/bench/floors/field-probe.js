/* global window, document, performance, MutationObserver, setTimeout */
// Runs in the field app's page before the app: notes when something can be seen, and counts what its replica holds.

function whenSeen(find) {
  return new Promise((resolve) => {
    const observer = new MutationObserver(look)
    function look() {
      const found = find()
      if (!found) return
      observer.disconnect()
      resolve(found)
    }
    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true })
    look()
  })
}

/**
 * The app's own desk, which it provides to its components: the engine behind it answers as it answers the screens, also
 * where the records on disk are sealed. Null until it is open.
 */
function openDesk() {
  const provides = document.querySelector('#app')?.__vue_app__?._context.provides ?? {}
  const all = Object.getOwnPropertySymbols(provides).map((key) => provides[key])
  const desk = all.find((one) => one?.session && one.open)
  return desk?.open.value ? { newId: desk.newId, engine: desk.open.value.engine } : null
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function awaitDesk() {
  for (;;) {
    const desk = openDesk()
    if (desk) return desk
    await pause(20)
  }
}

window.addEventListener('submit', () => (window.benchSubmittedAt = performance.now()), true)

window.benchProbe = {
  /** Waits for the text that tells the end of the first sync, then until the app's own query counts all; it shows what is committed, nothing earlier. */
  async firstSync({ text, collection, type, count }) {
    await whenSeen(() => document.querySelector('main')?.textContent.includes(text))
    const told = performance.now()
    const { engine } = await awaitDesk()
    let found = 0
    while (found < count) {
      if (performance.now() - told > 60_000) throw new Error(`the app counts ${found} of ${count} documents`)
      found = (await engine.records.list({ collection, type })).records.length
    }
    const counted = performance.now()
    const asked = performance.getEntriesByType('resource').filter((entry) => entry.name.includes('/api/v1/sync/'))
    const pulls = asked.filter((entry) => !entry.name.includes('/live'))
    return { ms: counted - pulls[0].startTime, toldAfterMs: told - pulls[0].startTime, requests: pulls.length, found }
  },

  /** `benchFirstScreen` resolves when the first case stands on Today after a login, by way of the page that shows the first sync. */
  awaitFirstScreen({ texts }) {
    const isGo = (link) => texts.some((text) => link.textContent.includes(text))
    const seen = async () => {
      ;(await whenSeen(() => [...document.querySelectorAll('main a.button--primary')].find(isGo))).click()
      await whenSeen(() => document.querySelector('main a.case'))
      const ms = performance.now() - window.benchSubmittedAt
      const { done, received, total } = (await awaitDesk()).engine.status().firstSync
      return { ms, done, received, total }
    }
    window.benchFirstScreen = seen()
  },

  /** Saves so many `person.add` in the outbox, 20 at a time. Milliseconds. */
  async makeBacklog({ householdId, count }) {
    const { engine, newId } = await awaitDesk()
    const notes = 'Called back about the ward meeting, prefers mornings, asked for large print, lives on floor 3 and keeps two dogs.'
    const begun = performance.now()
    function save(n) {
      const told = { name: `Asha Verma ${n}`, gender: 'female', birthYear: 1940 + (n % 70), language: 'hi', notes, contact: null }
      return engine.sink.submit('person.add', { personId: newId(), householdId, ...told }, { title: told.name })
    }
    for (let from = 0; from < count; from += 20) {
      await Promise.all(Array.from({ length: Math.min(20, count - from) }, (_, at) => save(from + at)))
    }
    const ms = performance.now() - begun
    for (let waits = 0; engine.status().unsent < count; waits += 1) {
      if (waits > 200) throw new Error(`only ${engine.status().unsent} of ${count} commands wait`)
      await pause(50)
    }
    return ms
  },

  /** `benchSent` resolves to the milliseconds from the line's return until nothing is without a verdict. */
  async awaitSent() {
    const { engine } = await awaitDesk()
    const online = new Promise((resolve) => window.addEventListener('online', () => resolve(performance.now()), { once: true }))
    const sent = new Promise((resolve) => engine.onStatus((status) => status.unsent === 0 && resolve(performance.now())))
    window.benchSent = Promise.all([online, sent]).then(([from, to]) => to - from)
  },

  /** `benchScope` resolves to the clock's time (ms) at which the app shows so many people and households, all of this ward. */
  async awaitScope({ wardId, people, households }) {
    const { engine } = await awaitDesk()
    const wanted = { person: ['people', people], household: ['places', households] }
    async function isExact(type) {
      const [collection, count] = wanted[type]
      const { records } = await engine.records.list({ collection, type })
      return records.length === count && records.every((record) => record.wardId === wardId)
    }
    async function shown() {
      for (const giveUpAt = Date.now() + 120_000; ; ) {
        if ((await isExact('person')) && (await isExact('household'))) return Date.now()
        if (Date.now() > giveUpAt) throw new Error('the device never showed exactly its new scope')
        await pause(10)
      }
    }
    window.benchScope = shown()
  },

  /** Notes the time at which each `(bench-<run>-<n>)` is first in the document, in `benchSeen`. */
  watchMarks() {
    window.benchSeen = {}
    const observer = new MutationObserver((changes) => {
      const now = Date.now()
      for (const change of changes) {
        for (const node of [...change.addedNodes, change.target]) note(node.textContent ?? '', now)
      }
    })
    observer.observe(document.body, { subtree: true, childList: true, characterData: true })
  }
}

/** When the first case stands on Today, in ms since the navigation began. */
window.benchUsable = whenSeen(() => document.querySelector('main a.case')).then(() => performance.now())

function note(text, now) {
  for (const [mark] of text.matchAll(/\(bench-[\d-]+\)/g)) window.benchSeen[mark] ??= now
}
