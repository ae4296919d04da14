import type { Component } from 'vue'

/** One thing to choose. `value` is what the model holds; `label`, `hint` and `keywords` are already in the reader's language. */
export interface FieldOption {
  readonly value: string
  readonly label: string
  readonly hint?: string
  readonly icon?: Component
  /** More words that a search should find it by. */
  readonly keywords?: string
}

/** A named group of options in a long list. */
export interface OptionGroup {
  readonly label: string
  readonly options: readonly FieldOption[]
}

/** The options that hold every word of `search` in label, hint or keywords; case is ignored by the rules of `locale`. */
export function optionsMatching(
  options: readonly FieldOption[],
  search: string,
  locale: string
): readonly FieldOption[] {
  const words = search.toLocaleLowerCase(locale).split(/\s+/).filter(Boolean)
  if (words.length === 0) return options
  return options.filter((option) => {
    const text = [option.label, option.hint, option.keywords].join(' ').toLocaleLowerCase(locale)
    return words.every((word) => text.includes(word))
  })
}
