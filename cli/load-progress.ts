// The live view of a run on stderr: redrawn on a terminal, a line each second elsewhere.

import { createLogUpdate } from 'log-update';
import { colorsFor } from '../load/colors.ts';
import { liveLines, plainLine, Watch } from '../load/live-view.ts';
import type { Plan } from '../load/plan.ts';
import { type LoadTimer, loadTime } from '../load/real-time.ts';
import type { Run } from '../load/run.ts';

const REDRAWN_MS = 250;
const TOLD_MS = 1000;

/** Shows a run until the function that it gives is called. */
export function showProgress(run: Run, plan: Plan): () => void {
  const { stderr } = process;
  const watch = new Watch(run, plan);
  if (!stderr.isTTY) {
    return repeat(TOLD_MS, () => void stderr.write(`s1sp: ${plainLine(watch.look())}\n`));
  }
  const colors = colorsFor(stderr);
  const draw = createLogUpdate(stderr, { showCursor: true });
  const stop = repeat(REDRAWN_MS, () => draw(liveLines(watch.look(), colors)));
  return () => {
    stop();
    draw.clear();
  };
}

function repeat(ms: number, run: () => void): () => void {
  let timer: LoadTimer;
  const next = (): void => {
    timer = loadTime.after(ms, () => {
      run();
      next();
    });
  };
  next();
  return () => timer.cancel();
}
