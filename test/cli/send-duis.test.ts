// `s1sp send --format duis` against the built gateway: a built request, a file, and what goes
// wrong.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run, type Started, start } from './built-program.ts';

const DEVICE = '90-B3-D5-1F-40-00-00-07';

describe('s1sp send --format duis', () => {
  let serve: Started;
  let url = '';

  beforeAll(async () => {
    serve = start(['serve', '--port', '0', '--wan', 'none', '--meters', '10']);
    url = (JSON.parse(await serve.nextLine()) as { ws: string }).ws;
  });

  afterAll(async () => {
    serve.process.kill('SIGTERM');
    expect((await serve.ended).code).toBe(0);
  });

  const send = (args: string[], input = '') =>
    run(['send', ...args, '--format', 'duis', '--url', url], { input });

  test.each([
    ['4.8.1', 'ReadActiveImportProfileDataRsp'],
    ['4.8.3', 'ReadExportProfileDataRsp'],
    ['4.6.1', 'RetrieveImportDailyReadLogRsp'],
  ])('prints the SMETS1 response to %s, not its acknowledgement', async (srv, element) => {
    const { code, stdout } = await send([srv, DEVICE]);
    expect(code).toBe(0);
    expect(stdout).toContain('<sr:ResponseCode>I0</sr:ResponseCode>');
    expect(stdout).toContain(`<ra:${element}`);
  });

  test('5.2 and 5.3 are one document each', async () => {
    const shown = await send(['5.2', DEVICE, '--as', 'MDR']);
    expect([shown.code, shown.stdout.match(/<sr:DSPScheduleID>/g)?.length]).toEqual([0, 3]);
    const deleted = await send(['5.3', DEVICE, '--as', 'MDR']);
    expect(deleted.stdout).toContain('<sr:ResponseCode>I99</sr:ResponseCode>');
    expect((await send(['5.3', DEVICE, '--as', 'MDR'])).code).toBe(1);
  });

  test.each(['', '\u{feff}', '\n '])(
    'a file that holds XML (%j ahead) needs no --format',
    async (ahead) => {
      const { code, stdout } = await run(['send', '-', '--url', url], {
        input: `${ahead}<nothing/>`,
      });
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ error: { path: '/nothing' } });
    },
  );

  test('a document from stdin is sent as it is; a refusal exits 1', async () => {
    const { stdout, code } = await send(['-'], '<nothing/>');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ responseCode: null });
  });
});
