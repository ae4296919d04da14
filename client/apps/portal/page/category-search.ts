/** Narrows the tiles to those that hold every word typed, in any script the labels are written in. */
export function startCategorySearch(): void {
  const part = document.querySelector<HTMLElement>('[data-tile-search]')
  const input = part?.querySelector('input')
  if (!part || !input) return
  const tiles = [...document.querySelectorAll<HTMLElement>('.tile')]
  if (tiles.length < 8) return
  part.hidden = false
  const none = part.querySelector<HTMLElement>('[data-tile-none]')
  input.addEventListener('input', () => {
    const words = input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean)
    for (const tile of tiles) tile.hidden = !holdsAll(tile, words)
    for (const group of document.querySelectorAll<HTMLElement>('.tile-group'))
      group.hidden = !group.querySelector('.tile:not([hidden])')
    if (none) none.textContent = tiles.every(({ hidden }) => hidden) ? (none.dataset['text'] ?? '') : ''
  })
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') event.preventDefault()
  })
}

/** A chosen tile stays in view, so that nothing is sent unseen. */
function holdsAll(tile: HTMLElement, words: readonly string[]): boolean {
  const text = (tile.textContent ?? '').toLocaleLowerCase()
  return words.every((word) => text.includes(word)) || tile.querySelector<HTMLInputElement>('input')?.checked === true
}
