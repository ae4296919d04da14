/** Buttons of the confirmation: print it, and hand the number on where the device can. */
export function startSharing(): void {
  const print = document.querySelector<HTMLButtonElement>('[data-print]')
  const share = document.querySelector<HTMLButtonElement>('[data-share]')
  if (print) {
    print.hidden = false
    print.addEventListener('click', () => window.print())
  }
  if (share && 'share' in navigator) {
    share.hidden = false
    share.addEventListener(
      'click',
      () => void navigator.share({ text: share.dataset['share'] ?? '' }).catch(() => undefined)
    )
  }
}
