// A gateway as `s1sp serve` starts it, a bare `ws` echo with the same bytes in and out, and one
// client for both, each a process of its own: what the benches over a socket have in common.

import { msgpackWire } from '../../gateway/wire/msgpack.ts';
import { Child, type Started, startS1sp } from '../child.ts';
import type { Percentiles } from '../percentiles.ts';
import type { ClientAsked, ClientTold, LoadAsked, Loaded } from './client.ts';
import type { Learnt } from './course.ts';
import type { EchoAsked } from './echo.ts';
import { DEVICES, type Format, NOW } from './requests.ts';

export type Rival = 'gateway' | 'echo';

export interface ContestOptions {
  readonly format: Format;
  /** SRs in a frame. */
  readonly batch: number;
  /** For the gateway's Node, such as `--cpu-prof`. */
  readonly nodeFlags?: readonly string[];
  /** For the gateway itself, beside those of every bench. */
  readonly gatewayFlags?: readonly string[];
}

const GATEWAY_FLAGS = ['--wan', 'none', '--clock', 'real', '--now', NOW, '--log-level', 'error'];
const BLOCK_MS = 1000;
/** Head of a MessagePack array of 16 to 65,535 elements. */
const ARRAY_HEAD_SIZE = 3;

export class Contest {
  readonly learnt: Learnt;
  readonly #options: ContestOptions;
  readonly #gateway: Started;
  readonly #client: Child<ClientAsked, ClientTold>;
  readonly #echo: Child<EchoAsked, { port: number }>;
  readonly #ports: Readonly<Record<Rival, number>>;

  /** Use {@link Contest.open}. */
  private constructor(
    options: ContestOptions,
    learnt: Learnt,
    ports: Readonly<Record<Rival, number>>,
    gateway: Started,
    children: {
      readonly client: Child<ClientAsked, ClientTold>;
      readonly echo: Child<EchoAsked, { port: number }>;
    },
  ) {
    this.#options = options;
    this.learnt = learnt;
    this.#ports = ports;
    this.#gateway = gateway;
    this.#client = children.client;
    this.#echo = children.echo;
  }

  /** Starts all three; the client has learnt the gateway's answers, and the echo knows them. */
  static async open(options: ContestOptions): Promise<Contest> {
    const { format, batch, nodeFlags = [], gatewayFlags = [] } = options;
    const meters = ['--meters', String(DEVICES), '--port', '0'];
    const flags = [...meters, ...GATEWAY_FLAGS, ...gatewayFlags];
    const gateway = await startS1sp(['serve', ...flags], nodeFlags);
    const client = new Child<ClientAsked, ClientTold>('socket/client.js');
    const echo = new Child<EchoAsked, { port: number }>('socket/echo.js');
    try {
      const { ws }: { ws: string } = JSON.parse(gateway.line);
      const port = Number(new URL(ws).port);
      const told = await client.ask({ learn: { port, format } });
      if (!('learnt' in told)) throw new Error('the client misunderstood');
      const { answers, requestBytes } = told.learnt;
      const asked =
        batch === 1
          ? { answers, requestBytes }
          : {
              answers: answers.map((line) => joined(line, batch)),
              requestBytes: ARRAY_HEAD_SIZE + batch * requestBytes,
            };
      const ports = { gateway: port, echo: (await echo.ask({ format, ...asked })).port };
      return new Contest(options, told.learnt, ports, gateway, { client, echo });
    } catch (fault) {
      await Promise.all([gateway.end(), echo.end(), client.end()]);
      throw fault;
    }
  }

  /** Where the gateway's pages are. */
  get http(): string {
    return `http://127.0.0.1:${this.#ports.gateway}`;
  }

  /** One block of streaming. */
  async load(rival: Rival): Promise<Loaded> {
    const { batch } = this.#options;
    const serverPid = rival === 'gateway' ? this.#gateway.pid : this.#echo.pid;
    const load: LoadAsked = { ...this.#whom(rival), batch, serverPid, ms: BLOCK_MS };
    const told = await this.#client.ask({ load });
    if (!('loaded' in told)) throw new Error('the client misunderstood');
    return told.loaded;
  }

  /** One block of `count` SRs, one in flight. */
  async latency(rival: Rival, count: number): Promise<Percentiles> {
    const told = await this.#client.ask({ latency: { ...this.#whom(rival), count } });
    if (!('latency' in told)) throw new Error('the client misunderstood');
    return told.latency;
  }

  #whom(rival: Rival): { port: number; echo: boolean } {
    return { port: this.#ports[rival], echo: rival === 'echo' };
  }

  /** Ends all three, in order: what the gateway writes at its end is written then. */
  async end(): Promise<void> {
    await Promise.all([this.#client.end(), this.#echo.end()]);
    await this.#gateway.end();
  }
}

/** Answers in arrays of `batch`, as a gateway sends them that has all of them at once. */
function joined(answers: readonly Uint8Array[], batch: number): Uint8Array[] {
  const buffers = answers.map((answer) => Buffer.from(answer));
  return Array.from({ length: answers.length / batch }, (_, place) =>
    msgpackWire.join(buffers.slice(place * batch, (place + 1) * batch)),
  );
}
