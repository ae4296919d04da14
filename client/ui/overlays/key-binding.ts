/** A shortcut to show: `keys` are pressed one after the other ("g", "t") or held together ("Ctrl+K"). */
export interface KeyBinding {
  readonly keys: readonly string[]
  readonly label: string
}

/** Shortcuts that belong together, under a title in the reader's language. */
export interface KeyGroup {
  readonly title: string
  readonly bindings: readonly KeyBinding[]
}
