/** Registers the worker that keeps the offline form, once the page is painted; then asks it to look for newer lists. */
export function startWorker(basePath: string): void {
  if (!('serviceWorker' in navigator)) return
  addEventListener('load', () => {
    void navigator.serviceWorker
      .register(`${basePath}/report/service-worker.js`, { scope: `${basePath}/report/` })
      .then((registration) => registration.active?.postMessage('refresh'))
      .catch(() => undefined)
  })
}
