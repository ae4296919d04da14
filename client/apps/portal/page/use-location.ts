import { browserLocation } from '#client/device/location.ts'

/** The button that adds the position of the device. Words say what happened; describing the place stays as good. */
export function startLocation(): void {
  const part = document.querySelector<HTMLElement>('[data-locate]')
  const button = part?.querySelector('button')
  const status = part?.querySelector<HTMLElement>('[role=status]')
  const form = part?.closest('form')
  if (!part || !button || !status || !form || !('geolocation' in navigator)) return
  part.hidden = false
  button.addEventListener('click', () => void locate(form, status))
}

async function locate(form: HTMLFormElement, status: HTMLElement): Promise<void> {
  const say = (name: string, metres = ''): void => {
    status.textContent = (status.dataset[name] ?? '').replace('{metres}', metres)
  }
  say('searching')
  const result = await browserLocation().locate()
  if (result.state !== 'found') return say(result.state === 'denied' ? 'denied' : 'failed')
  const { latitude, longitude, accuracyM } = result.position
  const values = {
    latitude: latitude.toFixed(6),
    longitude: longitude.toFixed(6),
    accuracy: String(Math.round(accuracyM))
  }
  for (const [name, value] of Object.entries(values)) {
    const control = form.elements.namedItem(name)
    if (control instanceof HTMLInputElement) control.value = value
  }
  form.dispatchEvent(new Event('change'))
  say('found', values.accuracy)
}
