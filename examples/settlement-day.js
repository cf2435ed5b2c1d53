// What the cache saves on a day of market-wide half-hourly settlement: every ESME is asked for
// yesterday by its supplier, a meter data retriever and a network operator, once with the schedules
// that arm the cache and once without. After `npm run build`: node examples/settlement-day.js [meters]

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';

const PROGRAM = new URL('../dist/cli/s1sp.js', import.meta.url).pathname;
const METERS = Number(process.argv[2] ?? 1000);
/** IS, MDR and ED of the built-in Parties, one after another. */
const ASKERS = ['90-B3-D5-1F-30-01-00-00', '90-B3-D5-1F-30-01-00-07', '90-B3-D5-1F-30-01-00-03'];
/** From midnight: the schedules have run when the first User asks. */
const MIDNIGHT = '2026-11-23T00:00:00Z';
const SEVEN = '2026-11-23T07:00:00Z';
const readLogPeriod = { startDateTime: '2026-11-22T00:00:00Z', endDateTime: MIDNIGHT };

/** A gateway on a free port, its clock at midnight and standing still. */
async function start(schedules) {
  const flags = ['--port', '0', '--meters', METERS, '--clock', 'manual', '--now', MIDNIGHT];
  const args = ['serve', ...flags, '--wan', 'typical', '--schedules', schedules];
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, ready: JSON.parse(line) };
}

async function advance(http, body) {
  const headers = { 'Content-Type': 'application/json' };
  await fetch(`${http}/api/v1/clock`, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** Reads of meters so far: those for 4.8.1, as the gateway's metrics count them. */
async function deviceReads(http) {
  const text = await (await fetch(`${http}/metrics`)).text();
  const counts = text.matchAll(/^s1sp_device_reads_total\{srv="4\.8\.1",outcome="\w+"\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Asks every meter once for each asker, in turn, and counts where the answers came from. */
async function askAll({ ws, http, firstDeviceId }) {
  const socket = new WebSocket(ws, 's1sp.v1.json');
  await once(socket, 'open');
  const served = new Map();
  let missing = 0;
  socket.on('message', (data) => {
    const value = JSON.parse(String(data));
    for (const answer of Array.isArray(value) ? value : [value]) {
      if (answer.requestId === undefined) continue;
      missing--;
      const origin = answer.served ?? answer.responseCode;
      served.set(origin, (served.get(origin) ?? 0) + 1);
    }
  });
  const prefix = firstDeviceId.slice(0, 12);
  const first = Number.parseInt(firstDeviceId.slice(12).replaceAll('-', ''), 16);
  for (const asker of ASKERS) {
    for (let i = 0; i < METERS; i++) {
      const low = (first + i).toString(16).toUpperCase().padStart(8, '0').match(/../g).join('-');
      const requestId = `${asker}:${prefix}${low}:${i + 1}`;
      socket.send(JSON.stringify({ requestId, serviceReferenceVariant: '4.8.1', readLogPeriod }));
      missing++;
    }
    for (let waited = 0; missing > 0 && waited < 120; waited++) {
      await advance(http, { advanceSeconds: 1 });
    }
  }
  socket.close();
  return served;
}

const rows = [];
for (const schedules of ['all', 'none']) {
  const { child, ready } = await start(schedules);
  await advance(ready.http, { to: SEVEN });
  const byNight = await deviceReads(ready.http);
  const served = await askAll(ready);
  const byDay = (await deviceReads(ready.http)) - byNight;
  rows.push({
    schedules,
    'asked by Users': METERS * ASKERS.length,
    'served from the cache': served.get('cache') ?? 0,
    'read by schedules': byNight,
    'read for Users': byDay,
    'reads in all': byNight + byDay,
  });
  child.kill('SIGTERM');
  await once(child, 'exit');
}
console.table(rows);
