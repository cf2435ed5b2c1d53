import { describe, expect, test } from 'vitest';
import {
  formatChange,
  formatCount,
  formatMs,
  formatQuantity,
  formatShare,
} from '../../load/figures.ts';

describe('figures are written', () => {
  test.each([
    [0, '0'],
    [0.4124, '0.412'],
    [3.214, '3.21'],
    [45.67, '45.7'],
    [123.4, '123'],
    [1_234_567, '1,234,567'],
  ])('%d ms as %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text);
  });

  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [9.26, '9.3'],
    [499.9, '500'],
  ])('a count of %d as %s', (count, text) => {
    expect(formatCount(count)).toBe(text);
  });

  test.each([
    [0, '0.0 %'],
    [0.0009, '< 0.1 %'],
    [0.001, '0.1 %'],
    [0.931, '93.1 %'],
    [0.999, '99.9 %'],
    [0.9995, '> 99.9 %'],
    [1, '100.0 %'],
  ])('a share of %d as %s', (share, text) => {
    expect(formatShare(share)).toBe(text);
  });

  test.each([
    [0, '0.0 %'],
    [-0.01, '0.0 %'],
    [0.04, '0.0 %'],
    [3.44, '+3.4 %'],
    [-12, '-12.0 %'],
    [Number.POSITIVE_INFINITY, 'new'],
  ])('a change of %d as %s', (percent, text) => {
    expect(formatChange(percent)).toBe(text);
  });

  test.each([
    [1200, '', '1,200'],
    [845_452.8, 'bytes', '845,453'],
    [1040.843, '£', '£1,040.84'],
    [45, '£', '£45.00'],
  ])('a quantity of %d %s as %s', (quantity, unit, text) => {
    expect(formatQuantity(quantity, unit)).toBe(text);
  });
});
