import { dictionary } from '@zxcvbn-ts/language-common'
import { AppError } from '#shared/errors.ts'

/** Words that stand for this system and its makers; ASVS 6.1.2. The office's and the person's own come with each call. */
const productWords = ['sampark', 'grievance', 'constituency', 'municipality']

let common: ReadonlySet<string> | null = null

/** Read when first asked: some fifty thousand words. */
function commonPasswords(): ReadonlySet<string> {
  common ??= new Set(dictionary['passwords-common'])
  return common
}

/**
 * Refuses a new password that guessers try first: a common one, also with digits or signs around it, or one that is little more
 * than the name of the office, the person or this system (NIST SP 800-63B 3.1.1.2; ASVS 5.0 6.2.4, 6.2.11). Nothing else about a
 * password counts but its length. `known`: names of the office and the person. Throws `invalid_request` that names `path`.
 */
export function refuseWeakPassword(password: string, known: readonly string[], path: string): void {
  const plain = password.normalize('NFKC').toLowerCase()
  if (isCommon(plain)) throw weak(path, 'Many people use this one, and guessers try it first. Take a few words of your own.')
  if (lettersBeside(plain, [...productWords, ...wordsOf(known)]) < 5) {
    throw weak(path, 'This is little more than a name that others know. Take a few words of your own.')
  }
}

function isCommon(plain: string): boolean {
  const stem = plain.replace(/^[^\p{L}]{0,200}/u, '').replace(/[^\p{L}]/gu, ' ').trimEnd()
  const words = commonPasswords()
  return words.has(plain) || (stem.length > 3 && !stem.includes(' ') && words.has(stem)) || isRepeated(plain)
}

/** One piece of up to three characters, again and again. */
function isRepeated(plain: string): boolean {
  return [1, 2, 3].some((length) => plain.slice(0, length).repeat(Math.ceil(plain.length / length)).startsWith(plain))
}

function lettersBeside(plain: string, words: readonly string[]): number {
  const rest = words.toSorted((one, other) => other.length - one.length).reduce((text, word) => text.replaceAll(word, ' '), plain)
  return [...rest.matchAll(/\p{L}/gu)].length
}

function wordsOf(names: readonly string[]): string[] {
  return names.flatMap((name) => name.normalize('NFKC').toLowerCase().split(/[^\p{L}]/u)).filter((word) => word.length > 2)
}

function weak(path: string, message: string): AppError {
  return new AppError('invalid_request', 'This password is easy to guess.', [{ path, message }])
}
