/** How a state feels, never the only carrier of it: a word and an icon always stand beside. */
export type StateTone = 'neutral' | 'ok' | 'info' | 'warn' | 'bad'
