/** A text of so many characters, with nothing that logs, PostgreSQL or a command line would change. */
export const isText = (text: string, least: number, most: number): boolean =>
  text.length >= least && text.length <= most && text.isWellFormed() && !/\p{Cc}/u.test(text);
