/** Hands a text, or what is none, to the browser as a file. */
export function download(name: string, content: string | Blob, kind = 'text/plain'): void {
  const blob = typeof content === 'string' ? new Blob([content], { type: `${kind};charset=utf-8` }) : content;
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** Rows as CSV (RFC 4180). A cell that a spreadsheet would take for a formula is quoted as a text. */
export function csv(rows: string[][]): string {
  const cell = (text: string) => {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
