import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { listFiles } from '../source-files.ts'

/** A text, or a text per plural form. */
export type Message = string | Record<string, string>
/** Every message of one language by its key. */
export type Catalogue = ReadonlyMap<string, Message>
/** One file of texts: `name` is the file name, `messages` its content. */
export type MessageFile = { name: string; messages: Record<string, Message> }

export function readMessageFiles(root: string, language: string): MessageFile[] {
  const paths = listFiles(root, `shared/i18n/${language}`).filter((path) => path.endsWith('.json'))
  return paths.map((path) => ({ name: basename(path), messages: JSON.parse(readFileSync(join(root, path), 'utf8')) }))
}

export function toCatalogue(files: MessageFile[]): Catalogue {
  return new Map(files.flatMap(({ messages }) => Object.entries(messages)))
}

/** Keys that stand in two files of a language: the app shows the last one read, so one of them lies. */
export function doubledKeys(files: MessageFile[]): string[] {
  const keys = files.flatMap(({ messages }) => Object.keys(messages))
  return [...new Set(keys.filter((key, index) => keys.indexOf(key) !== index))]
}

/** The texts of a message, one per plural form. */
export function textsOf(message: Message): string[] {
  return typeof message === 'string' ? [message] : Object.values(message)
}

/** Names between braces in any form of a message, sorted: the singular may leave its number out. */
export function paramsOf(message: Message): string[] {
  const names = textsOf(message).flatMap((text) => [...String(text).matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''))
  return [...new Set(names)].sort()
}
