// What `s1sp load` makes of its settings and of the gateway's answers about itself: the parts of a
// run. Everything that can be refused is refused here, before a connection is opened.

import { availableParallelism } from 'node:os';
import { openStream } from '../emulator/random.ts';
import { formatEui64, parseEui64 } from '../gateway/protocol/eui64.ts';
import { parseDateTime } from '../gateway/protocol/half-hours.ts';
import { ArmedSample } from '../load/armed.ts';
import { Check } from '../load/check.ts';
import { Chooser, type RequestKind, Walk } from '../load/choice.ts';
import { Devices } from '../load/devices.ts';
import { formatCount } from '../load/figures.ts';
import { Plan, type Rate } from '../load/plan.ts';
import { loadTime } from '../load/real-time.ts';
import { type LoadFormat, Requests } from '../load/requests.ts';
import type { RunParts } from '../load/run.ts';
import { EveryPair, SettlementDay } from '../load/scenario.ts';
import { duisRequest } from './duis-request.ts';
import { CommandError } from './exit-codes.ts';
import { dayKinds, kindsOf, type PartyGroup, partyGroups } from './load-parties.ts';
import { giveSchedules } from './load-schedules.ts';
import type { LoadSettings } from './load-settings.ts';
import type { Target, TargetStatus } from './load-target.ts';
import { truthOf } from './load-truth.ts';
import { type AskedPeriod, yesterdayOf } from './read-request.ts';

export interface Prepared {
  readonly parts: RunParts;
  readonly status: TargetStatus;
  readonly scenario?: Scenario;
  /** Sentences for whoever reads the result. */
  readonly remarks: readonly string[];
}

/** A scenario that is under way: its night is over. */
export interface Scenario {
  readonly day: SettlementDay;
  /** Virtual time at which its morning begins, ms. */
  readonly startMs: number;
  readonly durationMs: number;
}

/** How a run ends; of undefined ends the other counts. */
export interface Ends {
  readonly durationMs: number | undefined;
  readonly count: number | undefined;
}

/** Asks the gateway what it serves, and makes the parts of a run. */
export async function prepare(
  settings: LoadSettings,
  ends: Ends,
  target: Target,
): Promise<Prepared> {
  const srvs = settings.mix.map(({ srv }) => srv);
  const groups = partyGroups(settings, srvs);
  const kinds = kindsOf(settings, groups);
  const status = await target.status();
  const devices = await devicesOf(settings, target, status);
  const chance = openStream(status.seed);
  const { rate, warmup: warmupMs, batch, mix } = settings;
  const plan = new Plan({ rate, warmupMs, ...ends, batch });
  const chooser = new Chooser({ kinds, mix, devices: devices.count, chance });
  const asks = { kinds, groups, devices, nowMs: status.nowMs };
  const parts = { ...(await partsOf(settings, asks, target, status)), plan, chooser };
  return { status, parts, remarks: remarksOf(settings, devices, status) };
}

/** A day of settlement instead: lives through its night, and plans its morning. */
export async function prepareDay(settings: LoadSettings, target: Target): Promise<Prepared> {
  const groups = partyGroups(settings, ['4.8.1']).slice(0, 1);
  const kinds = dayKinds(groups, settings.scenarioMdrs);
  const status = await target.status();
  const devices = await devicesOf(settings, target, status);
  if (settings.scenarioSchedules !== undefined) {
    const token = groups[0]?.token;
    await giveSchedules(settings, kinds, token, devices, settings.scenarioSchedules);
  }
  const day = new SettlementDay(target, loadTime);
  const nowMs = await day.night(() => {
    process.stderr.write('s1sp: the night passes, and schedules fill the cache\n');
  });
  const { duration: durationMs, batch } = settings;
  const count = devices.count * kinds.length;
  const perSecond = (count / durationMs) * 1000;
  const rate: Rate = { kind: 'steady', from: perSecond, to: perSecond };
  const plan = new Plan({ rate, warmupMs: 0, durationMs: undefined, count, batch });
  const walk = new Walk(count, openStream(status.seed));
  const chooser = new EveryPair(devices.count, () => walk.next());
  const asks = { kinds, groups, devices, nowMs };
  const parts = { ...(await partsOf(settings, asks, target, status)), plan, chooser };
  const remarks = remarksOf(settings, devices, status);
  return { status, parts, remarks, scenario: { day, startMs: nowMs, durationMs } };
}

/** Who asks what, and when it is. */
interface Asks {
  readonly kinds: readonly RequestKind[];
  readonly groups: readonly PartyGroup[];
  readonly devices: Devices;
  /** Virtual, ms. */
  readonly nowMs: number;
}

async function partsOf(
  settings: LoadSettings,
  { kinds, groups, devices, nowMs }: Asks,
  target: Target,
  status: TargetStatus,
): Promise<Omit<RunParts, 'plan' | 'chooser'>> {
  const { format, batch, inFlight, check: checkEvery } = settings;
  const period = settings.period === 'yesterday' ? yesterdayOf(nowMs) : settings.period;
  return {
    time: loadTime,
    kinds,
    requests: new Requests({ format, kinds, period, devices, duisDocument }),
    devices,
    format,
    lines: linesOf(settings, groups),
    inFlight,
    batch,
    timeoutMs: settings.timeout,
    checkEvery,
    check: checkEvery === 0 ? undefined : await checkOf(settings, target, status, period),
    armed: new ArmedSample((deviceId) => target.schedulesOf(deviceId)),
    virtualMs: nowMs,
    // On a single core it would take from the gateway what it waits with.
    polls: availableParallelism() > 1,
  };
}

async function checkOf(
  { fleet }: LoadSettings,
  target: Target,
  status: TargetStatus,
  { startDateTime, endDateTime }: AskedPeriod,
): Promise<Check> {
  return new Check({
    truth: await truthOf(target, status, fleet),
    startSeconds: Math.ceil(parseDateTime(startDateTime)),
    endSeconds: Math.floor(parseDateTime(endDateTime)),
  });
}

function duisDocument(message: Readonly<Record<string, unknown>>): string {
  const document = duisRequest(message);
  if (document === undefined) throw new Error('a read of a log is always built');
  return document;
}

function linesOf(
  { url, format, connections }: LoadSettings,
  groups: readonly PartyGroup[],
): RunParts['lines'] {
  if (connections < groups.length) {
    throw new CommandError(
      'usage',
      `--connections: ${groups.length} are needed, one for each token of --parties`,
    );
  }
  return Array.from({ length: connections }, (_, number) => {
    const group = number % groups.length;
    return {
      url: url.ws,
      subprotocol: subprotocolOf(format),
      binary: format === 'msgpack',
      token: groups[group]?.token,
      group,
    };
  });
}

function subprotocolOf(format: LoadFormat): string {
  return format === 'duis' ? 'duis' : `s1sp.v1.${format}`;
}

/** Who is not asked although nobody said so, and who is although there is nobody. */
function remarksOf(
  { meters: wanted, firstDevice }: LoadSettings,
  devices: Devices,
  { meters }: TargetStatus,
): string[] {
  if (wanted !== undefined && wanted > meters) {
    const more = formatCount(wanted - meters);
    return [`asked: ${more} devices more than the gateway has, which it refuses with E19`];
  }
  const left = meters - devices.count;
  if (left <= 0 || wanted !== undefined || firstDevice !== undefined) return [];
  return [`not asked: ${formatCount(left)} of the gateway's devices, which are gas`];
}

/** The electricity meters that are asked, one after another from the first. */
async function devicesOf(
  { meters, firstDevice }: LoadSettings,
  target: Target,
  status: TargetStatus,
): Promise<Devices> {
  const gatewayFirst = parseEui64(status.firstDeviceId);
  if (gatewayFirst === undefined) {
    throw new CommandError('failed', `the gateway's first device is ${status.firstDeviceId}`);
  }
  const all = new Devices(
    (await target.esmes()) ?? [{ first: gatewayFirst, count: status.meters }],
  );
  if (all.count === 0) {
    throw new CommandError('usage', 'the gateway has gas only, and load asks electricity meters');
  }
  if (firstDevice === undefined) return all.from(0, meters);
  const place = all.placeOf(firstDevice);
  if (place >= 0) return all.from(place, meters);
  if (meters !== undefined) return new Devices([{ first: firstDevice, count: meters }]);
  const id = formatEui64(firstDevice.high, firstDevice.low);
  throw new CommandError(
    'usage',
    `--first-device: ${id} is no electricity meter of the gateway's, which begin with ` +
      `${all.id(0)}; say by --meters how many to ask all the same`,
  );
}
