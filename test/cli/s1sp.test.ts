import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { run } from './built-program.ts';

const COMMANDS = ['serve', 'send', 'compare'];

test('however it is started, Node has the flags of its first line', () => {
  const [line = ''] = readFileSync(new URL('../../cli/s1sp.ts', import.meta.url), 'utf8').split(
    '\n',
  );
  const flags = /^#!\/usr\/bin\/env -S node (.+)$/.exec(line)?.[1] ?? 'none';
  const { start, bench } = packageJson.scripts;
  expect(start).toBe(`exec node ${flags} dist/cli/s1sp.js serve`);
  expect(bench.endsWith(`node ${flags} dist/bench/run.js`)).toBe(true);
});

test('the exit codes are those of the contract', () => {
  expect(Object.values(EXIT_CODES)).toEqual([0, 1, 2, 3, 99, 130, 143]);
});

describe.each([[[]], ...COMMANDS.map((name) => [[name]])])('s1sp %j', (command) => {
  test.each(['-h', '--help'])(
    '%s prints help with examples and exit codes on stdout',
    async (flag) => {
      const { code, stdout, stderr } = await run([...command, flag]);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain('Examples:\n  s1sp ');
      for (const exit of Object.values(EXIT_CODES)) {
        expect(stdout).toMatch(new RegExp(`^  ${exit} +\\w`, 'm'));
      }
    },
  );

  test.each(['-V', '--version'])('%s prints the version of package.json', async (flag) => {
    const { code, stdout } = await run([...command, flag]);
    expect([code, stdout]).toEqual([0, `${packageJson.version}\n`]);
  });
});

test('help is without colour even where colour is asked for', async () => {
  const { stdout } = await run(['--help'], { environment: { FORCE_COLOR: '1' } });
  expect(stdout.includes('\u001b')).toBe(false);
});

test('without a command it shows its help on stderr and exits 2', async () => {
  const { code, stdout, stderr } = await run([]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('Usage: s1sp');
});

test.each([
  [['serv'], "unknown command 'serv'", 'Did you mean serve?'],
  [['serve', '--prot', '1'], "unknown option '--prot'", 'Did you mean --port?'],
  [['serve', '--max-inflight', '1'], "unknown option '--max-inflight'", '--max-in-flight?'],
  [['send', '--explian', 'a'], "unknown option '--explian'", 'Did you mean --explain?'],
  [['send', 'a', 'b', 'c'], 'too many arguments', 's1sp send --help'],
  [['send'], "missing required argument 'FILE|SRV'", 's1sp send --help'],
  [['serve', '--port'], "option '--port <n>' argument missing", 's1sp serve --help'],
  [['serve', 'now'], 'too many arguments', 's1sp serve --help'],
])('%j exits 2 and says what is wrong and what is near', async (args, wrong, near) => {
  const { code, stdout, stderr } = await run(args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(wrong);
  expect(stderr).toContain(near);
});

test('the library of schemas, hundreds of files, is one in the built program', () => {
  const built = readFileSync(
    new URL('../../dist/gateway/protocol/schema.js', import.meta.url),
    'utf8',
  );
  expect(built).toContain('Compile');
  expect(built).not.toMatch(/from ["']typebox/);
});
