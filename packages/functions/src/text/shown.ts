/** Longest piece of a value that a message repeats. */
const SHOWN_CHARACTERS = 80;

/** A text as messages show it: quoted, cut after 80 characters. */
export function shownText(text: string): string {
  const characters = Array.from(text.slice(0, 2 * SHOWN_CHARACTERS + 2));
  const cut =
    characters.length > SHOWN_CHARACTERS
      ? `${characters.slice(0, SHOWN_CHARACTERS).join('')}…`
      : text;
  return `'${cut}'`;
}
