// Prints what the gateway delivers to a Party that did not ask: what its DSP Schedules had read, and
// alerts. One frame a line, COUNT of them: node examples/deliveries.js PARTY COUNT [URL]

import { WebSocket } from 'ws';

const [, , party, count = '1', url = 'ws://127.0.0.1:7681/sr'] = process.argv;
const DCC = '90-B3-D5-1F-30-00-00-02';

const socket = new WebSocket(url, 's1sp.v1.json');
// What a Party is due goes to the connection on which it spoke last: any request will do.
socket.on('open', () => {
  const requestId = `${party}:${DCC}:${Date.now()}`;
  const readSchedule = { dspScheduleId: 0 };
  socket.send(JSON.stringify({ requestId, serviceReferenceVariant: '5.2', readSchedule }));
});

let left = Number(count);
socket.on('message', (data) => {
  const answer = JSON.parse(String(data));
  if (answer.requestId !== undefined || left === 0) return;
  console.log(JSON.stringify(answer));
  left--;
  if (left === 0) socket.close();
});
socket.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
