import { afterEach, describe, expect, test } from 'vitest';
import type { Peer } from '../../../gateway/peer.ts';
import {
  ask,
  closing,
  connect,
  nextMessage,
  openPort,
  refusedUpgrade,
  type TestPort,
} from './gateway-port.ts';

let port: TestPort;
const XML = { 'content-type': 'application/xml' };

afterEach(async () => {
  await port.drain();
});

describe('draining', () => {
  test('closes an idle connection with 1001 and takes no new one', async () => {
    port = await openPort();
    const webSocket = await connect(port.wsUrl);
    const drained = port.drain();
    const refused = refusedUpgrade(port.port);
    expect(await closing(webSocket)).toEqual([1001, 'the gateway is shutting down']);
    expect((await refused).status).toBe(503);
    await drained;
    await port.gone;
    expect(port.tally.closes.get('draining', 'only', 'only')).toBe(1);
    expect(port.connectionCount).toBe(0);
  });

  test('closes a busy one after its last answer', async () => {
    port = await openPort({
      handle(frame, wire, peer) {
        if (String(frame) === 'slow') peer.inFlight++;
        else peer.send(frame, wire.binary);
      },
    });
    const webSocket = await connect(port.wsUrl);
    webSocket.send('slow');
    webSocket.send('quick');
    await nextMessage(webSocket);
    const drained = port.drain();
    webSocket.send('refused');
    expect(String((await nextMessage(webSocket))[0])).toBe('refused');
    const [peer] = port.peers;
    peer?.send(Buffer.from('the last'), false);
    if (peer !== undefined) peer.inFlight--;
    const closed = closing(webSocket);
    expect(String((await nextMessage(webSocket))[0])).toBe('the last');
    expect((await closed)[0]).toBe(1001);
    await drained;
  });

  test('waits for what is owed elsewhere, and no longer than five seconds', async () => {
    const told: string[] = [];
    port = await openPort({
      whenIdle: () => new Promise(() => {}),
      giveUp: () => told.push('given up'),
    });
    const drained = port.drain().then(() => told.push('drained'));
    port.realTime.turn(4_999);
    await ask(port.port, 'GET', '/healthz');
    expect(told).toEqual([]);
    port.realTime.turn(1);
    await drained;
    expect(told).toEqual(['given up', 'drained']);
  });

  test('lets the answers that are given up leave before it closes', async () => {
    port = await openPort({
      handle(_frame, wire, peer) {
        peer.inFlight++;
        peer.send(Buffer.from('accepted'), wire.binary);
      },
      giveUp: () => port.peers[0]?.send(Buffer.from('E21'), false),
    });
    const webSocket = await connect(port.wsUrl);
    webSocket.send('slow');
    await nextMessage(webSocket);
    const drained = port.drain();
    port.realTime.turn(5_000);
    const closed = closing(webSocket);
    expect(String((await nextMessage(webSocket))[0])).toBe('E21');
    expect((await closed)[0]).toBe(1001);
    await drained;
  });

  test('answers a page that was asked for before it closes the port', async () => {
    let taken: (peer: Peer) => void = () => {};
    const asker = new Promise<Peer>((resolve) => {
      taken = resolve;
    });
    port = await openPort({ handle: (_frame, _wire, peer) => taken(peer) });
    const asked = ask(port.port, 'POST', '/api/v1/serviceS', XML, '<sr:Request/>');
    const peer = await asker;
    const drained = port.drain();
    // A round trip, in which an idle port would have closed.
    await ask(port.port, 'GET', '/healthz');
    peer.send(Buffer.from('<sr:Response/>'), false);
    expect((await asked).status).toBe(200);
    await drained;
    await expect(ask(port.port, 'GET', '/healthz')).rejects.toThrow('ECONNREFUSED');
  });

  test('may be asked for twice and happens once', async () => {
    port = await openPort();
    await Promise.all([port.drain(), port.drain()]);
    await expect(refusedUpgrade(port.port)).rejects.toThrow('ECONNREFUSED');
  });
});
