/** What the server calls the objects that nobody reads line by line; a place in them says nothing. */
const UNREAD = 'cluster';

/** Where something stands, as `file:line`; empty where nobody could look it up. */
export function placeText(file: string | null | undefined, line: number | null | undefined): string {
  if (!file || file === UNREAD) return '';
  return line ? `${file}:${line}` : file;
}
