// Exit codes [contract §2] and the one error by which a command ends with one of them. Anything
// else that is thrown is a bug of ours and shows its stack.

export const EXIT_CODES = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  threshold: 99,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitName = keyof typeof EXIT_CODES;

const MEANINGS: Readonly<Record<ExitName, string>> = {
  ok: 'ok',
  failed: 'failed',
  usage: 'usage or configuration',
  unreachable: 'target unreachable',
  threshold: 'a threshold failed',
  interrupted: 'interrupted (SIGINT)',
  terminated: 'terminated (SIGTERM)',
};

/** The command ends here: `message` is a sentence for stderr, `exit` says with which code. */
export class CommandError extends Error {
  readonly exit: ExitName;

  constructor(exit: ExitName, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'CommandError';
    this.exit = exit;
  }
}

/** The `code` of an error from Node (`ECONNREFUSED`), or undefined. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The table of exit codes as `--help` ends with it. */
export function exitCodesHelp(): string {
  const rows = Object.entries(MEANINGS).map(
    ([name, meaning]) => `  ${String(EXIT_CODES[name as ExitName]).padEnd(5)}${meaning}`,
  );
  return ['Exit codes:', ...rows].join('\n');
}
