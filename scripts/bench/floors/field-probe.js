/* global window, document, performance, indexedDB, MutationObserver, IDBKeyRange */
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

window.benchProbe = {
  /** Waits for the text that tells the end of the first sync, then until the heads of the replica's packed records count all. */
  async firstSync({ text, collection, type, count }) {
    await whenSeen(() => document.querySelector('main')?.textContent.includes(text))
    const told = performance.now()
    const name = (await indexedDB.databases()).map((one) => one.name).find((one) => one.endsWith(':replica'))
    const database = await opened(indexedDB.open(name))
    let found = 0
    while (found < count) {
      if (performance.now() - told > 60_000) throw new Error(`the replica counts ${found} of ${count} documents`)
      found = await countPacked(database, `${collection}|0`, type)
    }
    const counted = performance.now()
    database.close()
    const pulls = performance.getEntriesByType('resource').filter((entry) => entry.name.endsWith('/api/v1/sync/pull'))
    return { ms: counted - pulls[0].startTime, toldAfterMs: told - pulls[0].startTime, requests: pulls.length, found }
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

/** Documents of a type in committed records, each counted once. */
async function countPacked(database, key, type) {
  const store = database.transaction('head').objectStore('head')
  const heads = (await opened(store.getAll(IDBKeyRange.bound([key, 1], [key, []])))).map((head) => JSON.parse(head))
  const ids = new Set()
  for (const head of heads) {
    head.ids.forEach((id, at) => {
      if ((head.columns.type?.[at] ?? head.same.type) === type) ids.add(id)
    })
  }
  return ids.size
}

function opened(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
