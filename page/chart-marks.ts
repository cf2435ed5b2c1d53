// What a chart has beside its lines and axes: shaded parts, their names, and the measure of its
// counts. Drawn on uPlot's canvas, whose pixels are those of the device.

import type uPlot from 'uplot';
import type { ChartSpec } from './chart-spec.ts';

/** The value of a custom property of the page's style sheet. */
export type Colour = (name: string) => string;

/** Shades parts of the x axis, under everything else. */
export function shadeParts(plot: uPlot, { shaded = [] }: ChartSpec, colour: Colour): void {
  const { left, top, width, height } = plot.bbox;
  const within = (x: number): number =>
    Math.min(Math.max(plot.valToPos(x, 'x', true), left), left + width);
  for (const { from, to, colour: name = 'shade' } of shaded) {
    plot.ctx.fillStyle = colour(name);
    plot.ctx.fillRect(within(from), top, within(to) - within(from), height);
  }
}

/** Writes the measure above its axis, and the names of shaded parts above them. */
export function nameParts(
  plot: uPlot,
  { measure, shaded = [] }: ChartSpec,
  font: string,
  colour: string,
): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = font.replace(/^\d+/, (px) => String(Number(px) * ratio));
  ctx.fillStyle = colour;
  if (measure !== undefined) {
    ctx.textAlign = 'right';
    ctx.textBaseline = 'bottom';
    ctx.fillText(measure, bbox.left - 10 * ratio, bbox.top - 2 * ratio);
  }
  ctx.textAlign = 'left';
  ctx.textBaseline = 'bottom';
  for (const { from, to, label: text } of shaded) {
    if (text === undefined) continue;
    const left = Math.max(plot.valToPos(from, 'x', true), bbox.left);
    const right = Math.min(plot.valToPos(to, 'x', true), bbox.left + bbox.width);
    const width = ctx.measureText(text).width;
    if (right - left > width) ctx.fillText(text, left + 2 * ratio, bbox.top - 2 * ratio);
  }
  ctx.restore();
}
