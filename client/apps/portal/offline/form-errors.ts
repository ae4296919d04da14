/** Names what is missing on top of the page and at each field, in the words the page brought along. Clears what was there. */
export function showErrors(form: HTMLFormElement, names: readonly string[]): void {
  const place = document.querySelector<HTMLElement>('[data-offline-errors]')
  form.querySelectorAll('.field__error').forEach((message) => message.remove())
  form.querySelectorAll('[aria-invalid]').forEach((control) => control.removeAttribute('aria-invalid'))
  form.querySelectorAll('.field--bad').forEach((field) => field.classList.remove('field--bad'))
  place?.replaceChildren()
  if (names.length === 0 || !place) return
  for (const name of names) markField(form, name)
  const summary = summaryOf(form, names)
  place.append(summary)
  summary.focus()
}

function textOf(form: HTMLFormElement, name: string): string {
  return form.getAttribute(`data-error-${name}`) ?? ''
}

function summaryOf(form: HTMLFormElement, names: readonly string[]): HTMLElement {
  const summary = document.createElement('div')
  summary.className = 'error-summary'
  summary.tabIndex = -1
  summary.setAttribute('role', 'alert')
  const title = document.createElement('h2')
  title.textContent = textOf(form, 'title')
  const list = document.createElement('ul')
  list.className = 'plain-list'
  for (const name of names) {
    const link = document.createElement('a')
    link.href = `#${name}`
    link.textContent = textOf(form, name)
    list.append(document.createElement('li'))
    list.lastElementChild?.append(link)
  }
  summary.append(title, list)
  return summary
}

function markField(form: HTMLFormElement, name: string): void {
  const control = form.querySelector(`[id="${name}"]`)
  const field = control?.closest('.field')
  if (name === 'website') control?.closest('.portal-trap')?.classList.remove('portal-trap')
  if (!control || !field) return
  control.setAttribute('aria-invalid', 'true')
  field.classList.add('field--bad')
  const message = document.createElement('p')
  message.className = 'field__error'
  message.textContent = textOf(form, name)
  field.firstElementChild?.after(message)
}
