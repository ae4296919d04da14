/* global window, document, performance, DataTransfer, File, Event, whenSeen, awaitDesk, pause */
// Runs in the field app's page after field-probe.js: what a person does all day, timed inside the page.

const twoFrames = () => new Promise((resolve) => window.requestAnimationFrame(() => window.requestAnimationFrame(resolve)))

function buttonIn(place, text) {
  return [...document.querySelectorAll(`${place} button`)].find((button) => button.textContent.trim() === text)
}

/** A photo as a camera makes it, different each time; some 150 kB. */
async function takePhoto(n) {
  const canvas = document.createElement('canvas')
  ;[canvas.width, canvas.height] = [1280, 960]
  const pen = canvas.getContext('2d')
  for (let at = 0; at < 1_500; at += 1) {
    pen.fillStyle = `hsl(${(at * 37 + n * 11) % 360} 60% ${30 + ((at * 7) % 50)}%)`
    pen.fillRect((at * 97) % 1280, (at * 53) % 960, 90, 60)
  }
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.72))
}

async function pickPhoto(form, photo) {
  const files = new DataTransfer()
  files.items.add(new File([photo], 'hole.jpg', { type: 'image/jpeg' }))
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
      if (photo) await pickPhoto(form, await takePhoto(n))
      await twoFrames()
      const begun = performance.now()
      document.querySelector('button[type=submit][form=comment-form]').click()
      await whenSeen(() => !document.querySelector('#comment-form') && document.querySelector('main').textContent.includes(mark))
      waits.push(performance.now() - begun)
      await pause(150)
    }
    return waits
  },

  /** The same notes through the app's own sink: from the call until the note is durable on the phone and laid over what is shown. Milliseconds of each. */
  async saveNotes({ run, count, photo }) {
    const { engine, newId } = await awaitDesk()
    const [grievance] = (await engine.records.list({ collection: 'cases', type: 'grievance' })).records
    const waits = []
    for (let n = 0; n < count; n += 1) {
      const blob = photo ? await takePhoto(n) : null
      const digest = blob && (await window.crypto.subtle.digest('SHA-256', await blob.arrayBuffer()))
      const sha256 = digest && [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
      const photos = blob ? [{ photoId: newId(), sha256, blob }] : []
      const told = photos.map(({ photoId }) => ({ id: photoId, sha256, size: blob.size }))
      const args = { grievanceId: grievance.id, text: `Note (note-${run}-${n})`, visibility: 'staff', photos: told }
      await pause(100)
      const begun = performance.now()
      await engine.sink.submit('grievance.comment', args, { title: grievance.number, blobs: photos })
      waits.push(performance.now() - begun)
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
