// Rows as text in columns, for people.

/** Cells padded to the widest of their column; where there are numbers, to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]) {
  const lines = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => {
    return Math.max(...lines.map((line) => line[column]?.length ?? 0));
  });
  const numeric = head.map((_, column) => rows.some((row) => typeof row[column] === 'number'));
  return lines
    .map((line, at) =>
      line
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return at > 0 && numeric[column] === true ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `1 entry`, `2 entries`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Seconds as `24:59:59`. */
export function hours(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const whole = Math.max(Math.floor(seconds), 0);
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}
