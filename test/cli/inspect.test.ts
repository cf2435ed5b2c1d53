import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { complete } from '../../cli/inspect-prompt.ts';
import { type RunOptions, run, type Started, start } from './built-program.ts';

const METER = '90-B3-D5-1F-40-00-00-07';
const SERVE = ['serve', '--port', '0', '--meters', '20', '--wan', 'none', '--log-level', 'warn'];
const MANUAL = ['--clock', 'manual', '--now', '2026-11-23T09:00:00Z'];

let url: string;

/** A gateway of its own for the tests of a block: none lives long enough for all of them. */
function serveInBlock(): void {
  let gateway: Started;
  beforeAll(async () => {
    gateway = start([...SERVE, ...MANUAL]);
    url = JSON.parse(await gateway.nextLine()).ws;
  });
  afterAll(async () => {
    gateway.process.kill('SIGKILL');
    await gateway.ended;
  });
}

const inspect = (args: readonly string[], options?: RunOptions) =>
  run(['inspect', '--url', url, ...args], options);

describe('s1sp inspect -e', () => {
  serveInBlock();

  test('runs commands in order', async () => {
    const { code, stdout, stderr } = await inspect([
      '-e',
      'clock',
      '-e',
      `log import ${METER} today`,
    ]);
    expect([code, stderr]).toEqual([0, '']);
    const [first, second] = stdout.split('\n');
    expect(first).toMatch(/^2026-11-23T09:00:00.000Z {2}manual/);
    expect(second).toBe(`${METER} 4.8.1 2026-11-23T00:00:00Z..2026-11-24T00:00:00Z: 19 entries`);
  });

  test('ends at the first that fails, and says what to do', async () => {
    const { code, stdout, stderr } = await inspect([
      '-e',
      'meters 91',
      '-e',
      'show 91',
      '-e',
      'clock',
    ]);
    expect([code, stdout]).toEqual([1, 'no meters\n']);
    expect(stderr).toContain('s1sp: no meter begins with "91"\n  the nearest is 90-B3-D5-1F-40');
  });

  test('prints each answer as a line of JSON', async () => {
    const { code, stdout } = await inspect(['--json', '-e', 'show #7', '-e', 'show 91']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(1);
    expect(lines).toEqual([
      { ok: true, value: expect.objectContaining({ deviceId: METER }) },
      { ok: false, error: expect.objectContaining({ code: 'NOT_FOUND' }) },
    ]);
  });

  test('tells of breaks and watches between the answers, not of what is traced', async () => {
    const { code, stdout } = await inspect(
      ['real #4', 'trace #4 on', 'watch write #4', 'poke #4 import[2026-11-22T00:30:00Z] 5']
        .concat('trace #4 off', 'watch delete all', 'quit', 'nonsense')
        .flatMap((line) => ['-e', line]),
    );
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.slice(0, 7))).toEqual([
      ...['90-B3-D', '90-B3-D', 'watch 1', '* watch', '0x006ff', '90-B3-D', 'deleted', ''],
    ]);
  });

  test('marks events in JSON', async () => {
    const lines = ['watch write #5', 'real #5', 'watch delete all'];
    const { stdout } = await inspect(['--json', ...lines.flatMap((line) => ['-e', line])]);
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers).toMatchObject([
      { ok: true },
      { event: { event: 'watch', record: { kind: 'write' } } },
      { ok: true },
      { ok: true },
    ]);
  });

  test('takes the address as ws: or http:, with a path or without', async () => {
    const { host } = new URL(url);
    for (const address of [`http://${host}`, `ws://${host}`, `ws://${host}/sr`]) {
      const { code } = await run(['inspect', '--url', address, '-e', 'clock']);
      expect(code, address).toBe(0);
    }
  });
});

describe('s1sp inspect without -e', () => {
  serveInBlock();

  test('reads a script from a pipe', async () => {
    const input = `# a comment\n\nclock\nbreak hit ${METER}\nbreak delete all\nquit\nnonsense\n`;
    const { code, stdout, stderr } = await inspect([], { input });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').slice(1)).toEqual([
      ...[expect.stringMatching(`^break \\d+: hit ${METER}$`), 'deleted 1', ''],
    ]);
  });

  test('ends a script at the first line that fails', async () => {
    const { code, stdout, stderr } = await inspect([], { input: 'meters 91\nfoo\nclock\n' });
    expect([code, stdout]).toEqual([1, 'no meters\n']);
    expect(stderr).toContain('there is no command "foo"');
  });

  test('tells events between the lines', async () => {
    const { stdout } = await inspect([], {
      input: 'real #3\nwatch write #3\npoke #3 import[2026-11-22T00:30:00Z] 5\nwatch delete all\n',
    });
    expect(stdout).toMatch(/^\* watch \d+ \(write .*-03\): .* import\[6481\]/m);
  });
});

describe('s1sp inspect that reaches nobody', () => {
  test('exits 3 where no gateway listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    server.close();
    await once(server, 'close');
    const { code, stderr } = await run([
      'inspect',
      '--url',
      `ws://127.0.0.1:${port}`,
      '-e',
      'help',
    ]);
    expect(code).toBe(3);
    expect(stderr).toContain('npm start');
  });

  test('exits 1 where the gateway lets nobody in', async () => {
    const closed = start([...SERVE, '--inspector', 'off']);
    try {
      const { http } = JSON.parse(await closed.nextLine());
      const { code, stderr } = await run(['inspect', '--url', http, '-e', 'help']);
      expect([code, stderr]).toEqual([1, expect.stringContaining('--inspector off')]);
    } finally {
      closed.process.kill('SIGKILL');
      await closed.ended;
    }
  });

  test.each([
    ['--url', 'nowhere', 'ws://HOST:PORT'],
    ['--ulr', 'ws://127.0.0.1:1', '--url'],
  ])('exits 2 for %s %s', async (flag, value, hint) => {
    const { code, stderr } = await run(['inspect', flag, value, '-e', 'help']);
    expect([code, stderr]).toEqual([2, expect.stringContaining(hint)]);
  });
});

describe('completion', () => {
  const line = {
    async run(command: string) {
      const value = command.startsWith('help')
        ? { commands: [{ name: 'meters' }, { name: 'mem' }, { name: 'log' }] }
        : { meters: [{ deviceId: METER }, { deviceId: '90-B3-D5-1F-40-00-00-08' }] };
      return { id: 1, ok: true, value };
    },
  };

  test.each([
    ['me', [['meters', 'mem'], 'me']],
    ['', [['meters', 'mem', 'log'], '']],
    ['lo', [['log '], 'lo']],
    ['show 90-b3-d5-1f-40-00-00-07', [[`${METER} `], '90-b3-d5-1f-40-00-00-07']],
    ['log import zz', [[], 'zz']],
  ])('of "%s"', async (text, expected) => {
    expect(await complete(line, text)).toEqual(expected);
  });
});
