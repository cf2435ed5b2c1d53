// What a chart shows, as plain JSON: the side that knows the figures writes it, the browser draws
// it. Colours are names of CSS custom properties without their dashes, so that light and dark are
// the style sheet's business alone.

export interface ChartSeries {
  readonly label: string;
  readonly colour: string;
  /** One for each x; null leaves a gap. */
  readonly values: readonly (number | null)[];
  readonly dashed?: boolean;
  /** Of half hours, which are named by their ends: a bar from the stamp before to its own. */
  readonly bars?: boolean;
  /** Custom property of the colour under the line. */
  readonly fill?: string;
}

/** A part of the x axis that is shaded, such as the warm-up; `colour` is `shade` unless said. */
export interface ChartShade {
  readonly from: number;
  readonly to: number;
  readonly colour?: string;
  /** Written above its left end, where there is room. */
  readonly label?: string;
}

/** The area between two series, by their places in `series`; `upper` is drawn above `lower`. */
export interface ChartBand {
  readonly upper: number;
  readonly lower: number;
  readonly fill: string;
}

/**
 * `seconds` counts from the start, `instant` is in seconds since the epoch (shown in UTC), `one-in`
 * is a percentile as 1 / (1 − p), on a logarithmic axis.
 */
export type ChartAxis = 'seconds' | 'instant' | 'one-in';

/** `ms` is on a logarithmic axis: hits and misses lie a thousandfold apart. */
export type ChartUnit = 'ms' | 'count' | 'share';

export interface ChartSpec {
  readonly axis: ChartAxis;
  readonly unit: ChartUnit;
  /** Written behind a count, and above the axis of counts: `Wh`. */
  readonly measure?: string;
  /** Of the canvas; a phone's is lower. */
  readonly heightPx?: number;
  /** What the x axis shows, where that is not from its first to its last. */
  readonly extent?: { readonly from: number; readonly to: number };
  /** What the y axis reaches at least. */
  readonly reach?: number;
  /** Rising. */
  readonly x: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly bands?: readonly ChartBand[];
  readonly shaded?: readonly ChartShade[];
  /** Figures grow at their end: the legend has the last ones while nobody points at others. */
  readonly follows?: boolean;
  /** Charts of one group move their cursors together. */
  readonly group?: string;
}
