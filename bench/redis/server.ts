// A redis-server of our own: on loopback, a port of its own, nothing kept on disk, ended with the
// run. Where it is not installed a bench names it and goes on without.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type Started, startProgram } from '../child.ts';
import { encodeCommand, infoNumber, type Reply, readReply } from './protocol.ts';

/** Commands that are on their way together. */
const PIPELINE = 1000;

export class RedisServer {
  readonly port: number;
  readonly #program: Started;
  readonly #socket: Socket;
  #waiting: { resolve: (reply: Reply) => void; reject: (fault: unknown) => void }[] = [];
  #received: Buffer = Buffer.alloc(0);

  /** Use {@link RedisServer.start}. */
  private constructor(port: number, program: Started, socket: Socket) {
    this.port = port;
    this.#program = program;
    this.#socket = socket;
    socket.on('data', (bytes) => this.#take(bytes));
    socket.on('close', () => this.#fail(new Error('redis closed the connection')));
    socket.on('error', (fault) => this.#fail(fault));
  }

  static async start(): Promise<RedisServer> {
    const port = await freePort();
    const flags = ['--port', String(port), '--bind', '127.0.0.1', '--daemonize', 'no'];
    const keepNothing = ['--save', '', '--appendonly', 'no'];
    const isReady = (line: string) => line.includes('Ready to accept connections');
    const program = await startProgram('redis-server', [...flags, ...keepNothing], isReady);
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new RedisServer(port, program, socket);
  }

  get pid(): number {
    return this.#program.pid;
  }

  async command(...words: readonly (string | Uint8Array)[]): Promise<Reply> {
    const [reply = null] = await this.#send([words]);
    return reply;
  }

  /** A command that is answered with bytes. */
  async bytes(...words: readonly string[]): Promise<Buffer> {
    const reply = await this.command(...words);
    if (reply instanceof Buffer) return reply;
    throw new Error(`redis has no bytes for ${words.join(' ')}`);
  }

  /** Sends `count` commands, each made when its turn comes; the replies are not kept. */
  async fill(
    count: number,
    command: (place: number) => readonly (string | Uint8Array)[],
  ): Promise<void> {
    for (let first = 0; first < count; first += PIPELINE) {
      const size = Math.min(PIPELINE, count - first);
      await this.#send(Array.from({ length: size }, (_, i) => command(first + i)));
    }
  }

  /** A number of `INFO`, such as `used_memory` or `keyspace_hits`. */
  async info(field: string): Promise<number> {
    return infoNumber((await this.bytes('INFO')).toString(), field);
  }

  async end(): Promise<void> {
    this.#socket.destroy();
    await this.#program.end();
  }

  #send(commands: readonly (readonly (string | Uint8Array)[])[]): Promise<Reply[]> {
    const replies = commands.map(
      () => new Promise<Reply>((resolve, reject) => this.#waiting.push({ resolve, reject })),
    );
    this.#socket.write(Buffer.concat(commands.map(encodeCommand)));
    return Promise.all(replies);
  }

  #take(bytes: Buffer): void {
    const all = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    let at = 0;
    try {
      for (let found = readReply(all, at); found !== undefined; found = readReply(all, at)) {
        this.#waiting.shift()?.resolve(found.reply);
        at = found.end;
      }
    } catch (fault) {
      this.#fail(fault);
    }
    this.#received = Buffer.from(all.subarray(at));
  }

  #fail(fault: unknown): void {
    for (const { reject } of this.#waiting) reject(fault);
    this.#waiting = [];
  }
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
