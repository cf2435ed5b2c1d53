// What the cache saves on a day of market-wide half-hourly settlement: every ESME is asked for its
// half hours of yesterday by its supplier, a meter data retriever and a network operator, once with
// a schedule that arms the cache and once without. The figures are those of /metrics.
// After `npm run build`: node examples/settlement-day.js [meters] [--wan sms]

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';

const PROGRAM = new URL('../dist/cli/s1sp.js', import.meta.url).pathname;
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { wan: { type: 'string', default: 'sms' } },
});
const METERS = Number(positionals[0] ?? 1000);
if (!Number.isInteger(METERS) || METERS < 1 || positionals.length > 1) {
  process.stderr.write('usage: node examples/settlement-day.js [meters] [--wan sms]\n');
  process.exit(2);
}

/** Built-in Parties: import supplier, meter data retriever, electricity distributor. */
const IS = '90-B3-D5-1F-30-01-00-00';
const MDR = '90-B3-D5-1F-30-01-00-07';
const ED = '90-B3-D5-1F-30-01-00-03';
const DCC = '90-B3-D5-1F-30-00-00-02';

/** From midnight: the schedules have run when the first User asks. */
const MIDNIGHT = '2026-11-23T00:00:00Z';
const SEVEN = '2026-11-23T07:00:00Z';
const readLogPeriod = { startDateTime: '2026-11-22T00:00:00Z', endDateTime: MIDNIGHT };

/** Requests in flight at once: fewer than a connection may have, and than the WAN carries. */
const AT_ONCE = 4000;

/** A gateway on a free port, its clock at midnight and standing still. */
async function start() {
  const flags = ['--port', '0', '--meters', METERS, '--clock', 'manual', '--now', MIDNIGHT];
  const args = ['serve', ...flags, '--wan', values.wan, '--schedules', 'none'];
  const child = spawn(process.execPath, [PROGRAM, ...args, '--log-level', 'error'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = once(createInterface({ input: child.stdout }), 'line');
  const first = await Promise.race([line, once(child, 'exit')]);
  if (child.exitCode !== null) process.exit(child.exitCode);
  return { child, ready: JSON.parse(first[0]) };
}

async function advance(http, body) {
  const headers = { 'Content-Type': 'application/json' };
  await fetch(`${http}/api/v1/clock`, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** Adds up a metric's samples, where a label is given only those that have it. */
async function metric(http, name, label = '') {
  const lines = (await (await fetch(`${http}/metrics`)).text()).split('\n');
  return lines
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => line.includes(label))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** EUI-64s of the fleet, which is numbered upward. */
function deviceIds({ firstDeviceId }) {
  const first = BigInt(`0x${firstDeviceId.replaceAll('-', '')}`);
  return Array.from({ length: METERS }, (_, i) => {
    const hex = (first + BigInt(i)).toString(16).toUpperCase().padStart(16, '0');
    return hex.match(/../g).join('-');
  });
}

/** Sends what is asked and lets time pass until everything is answered. */
async function ask({ ws, http }, messages) {
  const socket = new WebSocket(ws, 's1sp.v1.json');
  await once(socket, 'open');
  let missing = 0;
  socket.on('message', (data) => {
    // What a schedule made has no requestId: nobody asked for it.
    if (JSON.parse(String(data)).requestId !== undefined) missing--;
  });
  for (let from = 0; from < messages.length; from += AT_ONCE) {
    for (const message of messages.slice(from, from + AT_ONCE)) {
      socket.send(JSON.stringify(message));
      missing++;
    }
    // Time passes when all of them are accepted, so that none has had more of it than others.
    while (missing > (await metric(http, 's1sp_in_flight')));
    while (missing > 0) await advance(http, { advanceSeconds: 1 });
  }
  socket.close();
}

/** The meter data retriever has a device's half hours of yesterday read every night. */
function schedule(deviceId, i) {
  return {
    requestId: `${MDR}:${DCC}:${i + 1}`,
    serviceReferenceVariant: '5.1',
    createSchedule: {
      scheduleFrequency: 'Daily',
      scheduleStartDate: MIDNIGHT.slice(0, 10),
      dspScheduledServiceReferenceVariant: '4.8.1',
      deviceId,
      startDateOffset: -1,
      startTime: '00:00:00Z',
      endDateOffset: 0,
      endTime: '00:00:00Z',
    },
  };
}

/** The day, and what it came to. */
async function settle(withCache) {
  const { child, ready } = await start();
  const { http } = ready;
  const ids = deviceIds(ready);
  if (withCache) await ask(ready, ids.map(schedule));
  await advance(http, { to: SEVEN });
  const bySchedules = await metric(http, 's1sp_device_reads_total');
  for (const asker of [IS, MDR, ED]) {
    const requests = ids.map((deviceId, i) => ({
      requestId: `${asker}:${deviceId}:${i + 1}`,
      serviceReferenceVariant: '4.8.1',
      readLogPeriod,
    }));
    await ask(ready, requests);
  }
  const reads = await metric(http, 's1sp_device_reads_total');
  const day = {
    requests: await metric(http, 's1sp_service_requests_total', 'srv="4.8.1"'),
    hits: await metric(http, 's1sp_service_requests_total', 'served="cache"'),
    reads,
    bySchedules,
    forUsers: reads - bySchedules,
    wakeUps: await metric(http, 's1sp_wan_wake_ups_total'),
    pounds: await metric(http, 's1sp_wan_wake_up_cost_pounds_total'),
    missed: await metric(http, 's1sp_target_response_times_total', 'result="missed"'),
  };
  child.kill('SIGTERM');
  await once(child, 'exit');
  return day;
}

const cached = await settle(true);
const uncached = await settle(false);

const whole = (n) => n.toLocaleString('en-GB');
const money = (n) => n.toLocaleString('en-GB', { style: 'currency', currency: 'GBP' });
const row = (name, key, shown = whole) => {
  const [a, b] = [cached[key], uncached[key]];
  return [name, shown(a), shown(b), a < b ? `${Math.round((1 - a / b) * 100)} %` : ''];
};
const table = [
  ['', 'with the cache', 'without', 'saved'],
  row('Service Requests answered', 'requests'),
  row('  from the cache', 'hits'),
  row('WAN reads', 'reads'),
  row('  by schedules', 'bySchedules'),
  row('  for Users', 'forUsers'),
  row('SMS wake-ups', 'wakeUps'),
  row('  their cost', 'pounds', money),
  row('Target Response Times missed', 'missed'),
];
const widths = [0, 1, 2, 3].map((column) =>
  Math.max(...table.map((cells) => cells[column].length)),
);
for (const [name, ...cells] of table) {
  const numbers = cells.map((cell, i) => cell.padStart(widths[i + 1])).join('  ');
  process.stdout.write(`${name.padEnd(widths[0])}  ${numbers}`.trimEnd().concat('\n'));
}
