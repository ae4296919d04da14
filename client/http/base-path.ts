/**
 * Where the office lives: `''` at the root of its host, `/o/<slug>` where several share one. `address` is the address of
 * the page (`document.baseURI`) or of the service worker's scope.
 */
export function basePathOf(address: string): string {
  return /^\/o\/[a-z0-9][a-z0-9-]{1,39}(?=\/|$)/.exec(new URL(address).pathname)?.[0] ?? ''
}
