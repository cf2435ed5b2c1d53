// `cache`: what the S1SP holds of a meter, and how old it is.

import { CACHE_SECONDS_MAX } from '../../gateway/s1sp/data-cache.ts';
import { type Command, misused } from '../command.ts';
import { withDevice } from '../device-prefix.ts';
import { cacheView } from '../meter-view.ts';
import { said } from '../outcome.ts';
import { counted, hours, table } from '../table.ts';

export const cache: Command = {
  name: 'cache',
  usage: ['cache METER'],
  does: 'shows what is cached of a meter, entry by entry, with its age against 25 hours',
  example: 'cache 90-B3-D5-1F-40-00-00-07',
  looks: true,
  run({ world }, words) {
    const [word] = words;
    if (word === undefined || words.length > 1) return misused(cache, 'one METER is wanted');
    return withDevice(world, word, (device) => {
      const view = cacheView(world, device);
      return said(textOf(view), view);
    });
  },
};

function textOf({ deviceId, isCached, logs }: ReturnType<typeof cacheView>): string {
  const parts = logs.map(({ serviceReferenceVariant, isArmed, entries }) => {
    const armed = isArmed ? 'armed by a schedule' : 'not armed: nothing may be cached';
    const count = counted(entries.length, 'entry', 'entries');
    const head = `${serviceReferenceVariant}  ${armed}  ${count}`;
    if (entries.length === 0) return head;
    const rows = entries.map((entry) => [
      `  ${entry.timestamp}`,
      entry.values?.join(' ') ?? 'absent',
      hours(entry.ageSeconds),
      hours(CACHE_SECONDS_MAX - entry.ageSeconds),
    ]);
    return `${head}\n${table(['  timestamp', 'value', 'age', 'left'], rows)}`;
  });
  const head = isCached ? deviceId : `${deviceId} has no slot in the cache`;
  return [head, ...parts].join('\n');
}
