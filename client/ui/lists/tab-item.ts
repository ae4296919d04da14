import type { Component } from 'vue'
import type { RouteLocationRaw } from 'vue-router'

/** One place of the bottom bar: an icon and a word, with a count of what waits there. */
export interface TabItem {
  readonly to: RouteLocationRaw
  readonly label: string
  readonly icon: Component
  readonly count?: number
  /** Names of further routes that belong to this place. */
  readonly alsoFor?: readonly string[]
}
