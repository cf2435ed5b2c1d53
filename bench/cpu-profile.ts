// A V8 CPU profile by groups: whose work the processor was at, per window of time. A sample counts
// for the function that ran, or, where that is nobody's in particular (a native function, a Buffer
// of Node's), for whoever called it. Samples are counted and not timed: the time between two of
// them holds what other processes took meanwhile.

/** What is read of a `.cpuprofile`. Times are µs on the system's monotonic clock. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly startTime: number;
  /** The node that each sample met, and the time since the sample before. */
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[];
}

export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
}

export interface Window {
  readonly fromMicros: number;
  readonly toMicros: number;
}

/** Now, on the clock of profiles. */
export function monotonicMicros(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** `msgpack.js encodeProfile`: what a function is called where people read it. */
export function frameName({ functionName, url }: CallFrame): string {
  const file = url.slice(url.lastIndexOf('/') + 1);
  return `${file} ${functionName || '(anonymous)'}`.trim();
}

/**
 * Samples of each group in a window. `groupOf` has undefined for a function that counts for its
 * caller, and `rest` takes those that have no caller with a group.
 */
export function samplesIn<Group>(
  profile: CpuProfile,
  { fromMicros, toMicros }: Window,
  groupOf: (frame: CallFrame) => Group | undefined,
  rest: Group,
): Map<Group, number> {
  const groups = groupsOf(profile, groupOf, rest);
  const samples = new Map<Group, number>();
  let at = profile.startTime;
  profile.samples.forEach((node, i) => {
    at += profile.timeDeltas[i] ?? 0;
    if (at < fromMicros || at >= toMicros) return;
    const group = groups.get(node) ?? rest;
    samples.set(group, (samples.get(group) ?? 0) + 1);
  });
  return samples;
}

function groupsOf<Group>(
  { nodes }: CpuProfile,
  groupOf: (frame: CallFrame) => Group | undefined,
  rest: Group,
): Map<number, Group> {
  const callers = new Map<number, number>();
  for (const { id, children = [] } of nodes) for (const child of children) callers.set(child, id);
  const groups = new Map<number, Group>();
  const own = new Map(nodes.map(({ id, callFrame }) => [id, groupOf(callFrame)]));
  for (const { id } of nodes) {
    let node: number | undefined = id;
    while (node !== undefined && own.get(node) === undefined) node = callers.get(node);
    groups.set(id, node === undefined ? rest : (own.get(node) ?? rest));
  }
  return groups;
}

/**
 * Names of a module's functions in the order of their numbers, from its text: a release build has
 * none in the binary, where a profile knows them as `wasm-function[7]`.
 */
export function wasmFunctionNames(wat: string): string[] {
  return [...wat.matchAll(/\(func \$(\S+?)\)?(?=\s|$)/gm)]
    .filter(({ 0: found, index }) => isDefinition(wat, index, found))
    .map(([, name]) => name ?? '');
}

/** An import or a definition of a function, and not the mention of one in an export. */
function isDefinition(wat: string, at: number, found: string): boolean {
  const line = wat.slice(wat.lastIndexOf('\n', at) + 1, at + found.length);
  return /^\s*\((?:func|import)\b/.test(line);
}
