import { expect, test } from 'vitest';
import { colorsFor } from '../../load/colors.ts';

test('what goes to a pipe or a file has no colours, whatever the environment', () => {
  expect(colorsFor({}).red('late')).toBe('late');
  expect(colorsFor({ isTTY: false }).red('late')).toBe('late');
});
