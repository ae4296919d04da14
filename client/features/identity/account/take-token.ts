/** The token after `#`, taken out of the address so that it stays in no history and is not shared with the page. */
export function takeToken(location: Location, history: History): string {
  const token = location.hash.slice(1)
  history.replaceState(history.state, '', location.pathname + location.search)
  return token
}
