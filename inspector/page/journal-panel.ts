// A meter's messages and the decisions about them. Nothing is recorded before somebody asks for it,
// for recording costs the gateway something.

import type { TraceRecord } from '../trace.ts';
import { get, troubleText } from './api.ts';
import { element } from './element.ts';
import { count, instant } from './figures.ts';
import type { Desk, Panel } from './view.ts';

interface Journal {
  readonly isTraced: boolean;
  readonly records: readonly TraceRecord[];
}

const RECORDS_SHOWN = 100;

export function journalPanel(desk: Desk, deviceId: string): Panel {
  const recording = element('input', { type: 'checkbox', id: 'recording' });
  const body = element('tbody');
  const about = element('p', { class: 'note' });
  const empty = element('p', { class: 'empty' });
  const heads = ['Time (UTC)', 'What', 'SRV', 'Period', 'How', 'Why'];
  const list = element(
    'div',
    { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': 'Journal of this meter' },
    element(
      'table',
      { class: 'texts journal' },
      element(
        'thead',
        {},
        element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head))),
      ),
      body,
    ),
  );
  let shown = '';
  let isAsking = false;

  async function refresh(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    const path = `meters/${encodeURIComponent(deviceId)}/trace?limit=${RECORDS_SHOWN}`;
    const answer = await get<Journal>(path);
    isAsking = false;
    if (!answer.ok) {
      about.textContent = troubleText(answer);
      return;
    }
    show(answer.value);
  }

  function show({ isTraced, records }: Journal): void {
    recording.checked = isTraced;
    empty.textContent = isTraced
      ? 'Recording. Nothing has happened since; send this meter a request.'
      : 'Nothing is recorded yet. Switch recording on, then ask the meter something.';
    empty.hidden = records.length > 0;
    list.hidden = records.length === 0;
    const state = JSON.stringify(records);
    if (state === shown) return;
    if (shown !== '' && records.length > 0) desk.say(`${count(records.length)} records`);
    shown = state;
    body.replaceChildren(...[...records].reverse().map(rowOf));
    about.textContent = `The latest ${RECORDS_SHOWN} at most, newest first.`;
  }

  recording.addEventListener('change', async () => {
    await desk.monitor.run(`trace ${deviceId} ${recording.checked ? 'on' : 'off'}`);
    await refresh();
  });
  return {
    node: element(
      'section',
      { class: 'card' },
      element('h2', {}, 'Journal'),
      element(
        'label',
        { class: 'switch', for: 'recording' },
        recording,
        element('span', {}, 'Record the messages and decisions of this meter'),
      ),
      about,
      empty,
      list,
    ),
    live: () => void refresh(),
  };
}

/** A record as a row; what it has no words for stays empty. */
function rowOf(record: TraceRecord): HTMLElement {
  const { at, kind, srv = '', period = [], result, outcome, entries, what, clause, rule } = record;
  const { read = [], joined = [], asker = '' } = record;
  const how = [
    result === kind ? undefined : result,
    outcome,
    entries === undefined ? undefined : `${count(entries)} entries`,
    what,
    stretches('reads', read, period),
    stretches('waits for', joined, period),
  ];
  const why = [clause && `[${clause}]`, rule];
  const words = (parts: readonly (string | undefined)[], join: string) =>
    parts.filter((each) => each !== undefined && each !== '').join(join);
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, instant(at)),
    element('td', {}, element('span', { class: `badge kind-${kind}` }, kind)),
    element('td', {}, srv),
    element('td', {}, period.map(instant).join(' – ')),
    element('td', { class: 'how' }, words(how, ', ')),
    element(
      'td',
      { class: 'why' },
      words(why, ' '),
      asker === '' ? undefined : element('div', { class: 'mono' }, `for ${asker}`),
    ),
  );
}

/** Parts of a period; the whole of it is called that. */
function stretches(
  word: string,
  parts: readonly (readonly string[])[],
  period: readonly string[],
): string | undefined {
  if (parts.length === 0) return undefined;
  if (parts.length === 1 && parts[0]?.join() === period.join()) return `${word} all of it`;
  return `${word} ${parts.map((part) => part.map(instant).join(' – ')).join('; ')}`;
}
