/* global window, document, performance, DataTransfer, File, Event, whenSeen, awaitDesk, pause */
// Runs in the field app's page after field-probe.js: what a person does all day, timed inside the page.

const twoFrames = () => new Promise((resolve) => window.requestAnimationFrame(() => window.requestAnimationFrame(resolve)))

function buttonIn(place, text) {
  return [...document.querySelectorAll(`${place} button`)].find((button) => button.textContent.trim() === text)
}

/** A photo as the picker leaves it: small enough to be sent as it is, different each time. */
async function pickPhoto(form, n) {
  const canvas = document.createElement('canvas')
  ;[canvas.width, canvas.height] = [1280, 960]
  const pen = canvas.getContext('2d')
  for (let at = 0; at < 1_500; at += 1) {
    pen.fillStyle = `hsl(${(at * 37 + n * 11) % 360} 60% ${30 + ((at * 7) % 50)}%)`
    pen.fillRect((at * 97) % 1280, (at * 53) % 960, 90, 60)
  }
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.72))
  const files = new DataTransfer()
  files.items.add(new File([blob], 'hole.jpg', { type: 'image/jpeg' }))
  const input = form.querySelector('input[type=file]')
  input.files = files.files
  input.dispatchEvent(new Event('change', { bubbles: true }))
  await whenSeen(() => form.querySelector('img'))
}

Object.assign(window.benchProbe, {
  /**
   * Writes so many comments on the open case, each in the form of the app: from its save button until the form has closed
   * and the comment stands in the timeline. Milliseconds of each.
   */
  async saveComments({ texts, run, count, photo }) {
    const waits = []
    for (let n = 0; n < count; n += 1) {
      const mark = `Still open (save-${run}-${n})`
      buttonIn('main', texts.comment).click()
      const form = await whenSeen(() => document.querySelector('#comment-form'))
      const area = form.querySelector('textarea')
      area.value = mark
      area.dispatchEvent(new Event('input', { bubbles: true }))
      if (photo) await pickPhoto(form, n)
      await twoFrames()
      const begun = performance.now()
      document.querySelector('button[type=submit][form=comment-form]').click()
      await whenSeen(() => !document.querySelector('#comment-form') && document.querySelector('main').textContent.includes(mark))
      waits.push(performance.now() - begun)
      await pause(150)
    }
    return waits
  },

  /** Milliseconds of each search: from the question until the best 50 are in the page. */
  async searchPeople({ queries }) {
    const { engine } = await awaitDesk()
    await engine.people.load()
    const waits = []
    for (const query of queries) {
      await pause(0)
      const begun = performance.now()
      await engine.people.search(query, 50)
      waits.push(performance.now() - begun)
    }
    return waits
  },

  /** How many of these people are among the first `limit` found by what is typed. */
  async recall({ asked, limit }) {
    const { engine } = await awaitDesk()
    await engine.people.load()
    let found = 0
    for (const { id, query } of asked) found += (await engine.people.search(query, limit)).some((hit) => hit.id === id) ? 1 : 0
    return found
  },

  /**
   * A live list of all people; then so many of them are renamed on this device, one after the other. Of each: from the
   * moment at which the change is known in memory until the list has it, and from the save until the list has it. Milliseconds.
   */
  async liveView({ count, changes }) {
    const { engine } = await awaitDesk()
    let [known, listed, seen] = [0, 0, () => undefined]
    engine.records.onPending(() => (known = performance.now()))
    const query = { collection: 'people', type: 'person' }
    const all = await new Promise((resolve) => {
      engine.records.watch(query, ({ records }) => {
        listed = performance.now()
        if (records.length === count) resolve(records)
        seen(records)
      })
    })
    const waits = []
    for (let n = 0; n < changes; n += 1) {
      const person = all[Math.floor((n * count) / changes)]
      const name = `Renamed ${n}`
      await pause(100)
      const shown = new Promise((resolve) => {
        seen = (records) => records.some((one) => one.id === person.id && one.name === name) && resolve({ known, listed })
      })
      const begun = performance.now()
      const saved = engine.sink.submit('person.edit', { personId: person.id, changes: { name } }, { base: { name: person.name } })
      waits.push(await shown.then((at) => ({ view: at.listed - at.known, save: at.listed - begun })))
      await saved
    }
    return waits
  }
})
