import { expect, test } from 'vitest';
import { printable } from '../../load/printable.ts';

test('control characters are spelled out, all else stays', () => {
  expect(printable('E\u001b[2J1\u009b, 25 °C\n')).toBe('E\\u001b[2J1\\u009b, 25 °C\\u000a');
});
