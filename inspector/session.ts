// One connection of somebody who looks inside: lines of JSON, `{id, command}` in, `{id, ok, text,
// value | error}` out in the same order, and `{event, text}` whenever a break, a watch or a trace
// has something to tell.

import type { Visitor } from './command.ts';
import type { Monitor } from './monitor.ts';
import type { InspectorEvent } from './observatory.ts';
import { eventLine } from './observatory.ts';
import { type Outcome, refused } from './outcome.ts';

/** Commands of one connection that wait for the one before them. */
export const WAITING_MAX = 64;
/** Events are left out while so many bytes wait to be read: a page that sleeps costs nothing. */
export const UNREAD_BYTES_MAX = 1024 * 1024;

/** A WebSocket as far as a session needs it. */
export interface SessionSocket {
  readonly bufferedAmount: number;
  send(text: string): void;
  on(event: 'message', told: (data: { toString(): string }) => void): unknown;
  on(event: 'close' | 'error', told: () => void): unknown;
}

/**
 * Answers what comes in on a socket until it closes, which ends what is still under way for it. A
 * bug of ours that a command has met is told to `failed`.
 */
export function openSession(
  monitor: Monitor,
  socket: SessionSocket,
  isLocal: boolean,
  failed: (fault: unknown) => void,
): void {
  const leaving = new AbortController();
  const visitor: Visitor = { isLocal, left: leaving.signal };
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  let isOpen = true;
  let leftOut = 0;
  const send = (message: object) => {
    if (isOpen) socket.send(JSON.stringify(message));
  };
  const stop = monitor.desk.observatory.listen((event: InspectorEvent) => {
    if (socket.bufferedAmount > UNREAD_BYTES_MAX) {
      leftOut++;
      return;
    }
    send({ event, text: eventLine(event), ...(leftOut > 0 && { leftOut }) });
    leftOut = 0;
  });
  socket.on('close', () => {
    isOpen = false;
    stop();
    leaving.abort();
  });
  // What fails has a close of its own behind it.
  socket.on('error', () => {});
  socket.on('message', (data) => {
    const { id, command } = readMessage(data.toString());
    const answer = (outcome: Outcome) => send({ id, ...outcome });
    if (command === undefined) {
      answer(
        refused(
          'USAGE',
          'a message is an object of id and command',
          'send {"id":1,"command":"help"}',
        ),
      );
    } else if (waiting >= WAITING_MAX) {
      answer(refused('UNAVAILABLE', `${WAITING_MAX} commands wait already`, 'wait for answers'));
    } else {
      waiting++;
      last = last.then(async () => {
        // What waited behind a command is not begun for somebody who has gone.
        if (isOpen) answer(await outcomeOf(monitor, command, visitor, failed));
        waiting--;
      });
    }
  });
}

/** The one place that catches: a command that fails by a bug of ours ends no connection. */
async function outcomeOf(
  monitor: Monitor,
  command: string,
  visitor: Visitor,
  failed: (fault: unknown) => void,
): Promise<Outcome> {
  try {
    return await monitor.run(command, visitor);
  } catch (fault) {
    failed(fault);
    return refused('UNAVAILABLE', 'the inspector failed', "the gateway's log says more");
  }
}

interface Message {
  readonly id: string | number | null;
  readonly command: string | undefined;
}

function readMessage(text: string): Message {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { id: null, command: undefined };
  }
  if (typeof value !== 'object' || value === null) return { id: null, command: undefined };
  const id = 'id' in value ? value.id : null;
  const command = 'command' in value ? value.command : undefined;
  return {
    id: typeof id === 'string' || typeof id === 'number' ? id : null,
    command: typeof command === 'string' ? command : undefined,
  };
}
