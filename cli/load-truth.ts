// What the meters of a gateway must answer, for the load tester: the same fleet made once more, out
// of the same seed. Where the gateway serves another than the default fleet, its file is needed.

import { type Fleet, openFleet } from '../emulator/fleet.ts';
import { defaultFleet, readFleetFile } from '../emulator/fleet-file.ts';
import { WAN_PROFILES } from '../emulator/wan-profiles.ts';
import type { Checked } from '../gateway/protocol/json-check.ts';
import type { DeviceType, ReadSrv } from '../gateway/protocol/service-reference.ts';
import type { LogAnswer } from '../gateway/protocol/service-response.ts';
import type { MeterReply } from '../gateway/s1sp/meter-network.ts';
import type { Truth } from '../load/truth.ts';
import { CommandError } from './exit-codes.ts';
import type { Target, TargetStatus } from './load-target.ts';

/** The WAN and the schedules of the fleet play no part in what its meters hold. */
const DEFAULTS = { wan: WAN_PROFILES.none, scheduledShare: 0 };

/** The fleet of a gateway; throws a CommandError that says what to do where it is not known. */
export async function truthOf(
  target: Target,
  status: TargetStatus,
  file: string | undefined,
): Promise<Truth> {
  const fleet = file === undefined ? await defaultOf(target, status) : fileOf(file, status);
  return {
    deviceOf: (high, low) => fleet.find(high, low),
    deviceTypeOf: (device) => fleet.cohortOf(device).deviceType,
    read(device, srv, startSeconds, endSeconds, nowSeconds) {
      const read = { device, srv, startSeconds, endSeconds };
      return logOf(srv, fleet.readMeter(read, nowSeconds), fleet.cohortOf(device).deviceType);
    },
  };
}

function logOf(srv: ReadSrv, reply: MeterReply, deviceType: DeviceType): LogAnswer | undefined {
  if (!reply.ok) return undefined;
  if (srv === '4.6.1') {
    if ('dailyReadLog' in reply) return { srv, dailyReadLog: reply.dailyReadLog };
    if (!('gasDailyReadLog' in reply)) return undefined;
    return { srv, fuel: 'gas', dailyReadLog: reply.gasDailyReadLog };
  }
  if (!('profile' in reply)) return undefined;
  const { profile } = reply;
  return deviceType === 'ESME' ? { srv, profile } : { srv, fuel: 'gas', profile };
}

const UNKNOWN_FLEET =
  'answers cannot be checked: the gateway serves a fleet of its own. Name the file that it was ' +
  'started with by --fleet FILE, or go without by --check off';

/** The default fleet, if that is what the gateway serves. */
async function defaultOf(target: Target, status: TargetStatus): Promise<Fleet> {
  const fleet = opened(openFleet(defaultFleet(status.meters, DEFAULTS), { seed: status.seed }));
  const [cohort] = fleet.cohorts;
  const isDefault =
    fleet.deviceId(0) === status.firstDeviceId &&
    fleet.deviceId(fleet.deviceCount - 1) === status.lastDeviceId &&
    (await target.cohortOf(status.firstDeviceId)) === cohort?.name;
  if (!isDefault) throw new CommandError('usage', UNKNOWN_FLEET);
  return fleet;
}

function fileOf(file: string, { meters, seed, firstDeviceId }: TargetStatus): Fleet {
  const plans = opened(readFleetFile(file, DEFAULTS));
  const fleet = opened(openFleet(plans, { seed }));
  if (fleet.deviceCount !== meters || fleet.deviceId(0) !== firstDeviceId) {
    throw new CommandError(
      'usage',
      `--fleet: ${file} has ${fleet.deviceCount} devices from ${fleet.deviceId(0)} on, ` +
        `the gateway ${meters} from ${firstDeviceId} on; ` +
        'name the file that the gateway was started with',
    );
  }
  return fleet;
}

/** What a file says, or the end of the command with everything that is wrong with it. */
export function opened<T>(result: Checked<T>): T {
  if (result.ok) return result.value;
  throw new CommandError('usage', result.problems.join('\n'));
}
