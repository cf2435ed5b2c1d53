// Contenders take turns, so that what else the machine does hits all of them alike.

import type { Row } from './finding.ts';

export interface Contender {
  readonly name: string;
  readonly unit: string;
  /** One turn: measures, and returns the figure. Throws when the input is not what it claims. */
  block(): number | Promise<number>;
}

/** Turns that are thrown away: the compiler has not seen everything before. */
export const WARM_UP_TURNS = 2;

/** Every contender's blocks; the one to begin changes from turn to turn. */
export async function alternate(contenders: readonly Contender[], blocks: number): Promise<Row[]> {
  const figures = contenders.map((): number[] => []);
  for (let turn = -WARM_UP_TURNS; turn < blocks; turn++) {
    for (let i = 0; i < contenders.length; i++) {
      const place = (i + turn + WARM_UP_TURNS) % contenders.length;
      const figure = await contenders[place]?.block();
      if (turn >= 0 && figure !== undefined) figures[place]?.push(figure);
    }
  }
  return contenders.map(({ name, unit }, i) => ({
    contender: name,
    unit,
    blocks: figures[i] ?? [],
  }));
}
