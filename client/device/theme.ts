export type ThemeChoice = 'system' | 'light' | 'dark'

const STORAGE_KEY = 'sampark.theme'
const PAPER = { light: '#FBFAF7', dark: '#10151F' } as const

function isChoice(value: unknown): value is ThemeChoice {
  return value === 'system' || value === 'light' || value === 'dark'
}

/** The choice remembered on this device; `system` where there is none or storage is closed. */
export function rememberedTheme(): ThemeChoice {
  try {
    const value = localStorage.getItem(STORAGE_KEY)
    return isChoice(value) ? value : 'system'
  } catch {
    return 'system'
  }
}

/** Shows the theme (`data-theme` on `<html>`, colour of the browser's bar) and remembers it where storage is open. */
export function applyTheme(choice: ThemeChoice, root: HTMLElement = document.documentElement): void {
  if (choice === 'system') root.removeAttribute('data-theme')
  else root.setAttribute('data-theme', choice)
  for (const bar of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    const own = bar.media.includes('dark') ? 'dark' : 'light'
    bar.content = PAPER[choice === 'system' ? own : choice]
  }
  try {
    localStorage.setItem(STORAGE_KEY, choice)
  } catch {
    return
  }
}
