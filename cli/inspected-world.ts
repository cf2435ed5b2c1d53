// The emulated world as the inspector is handed it: fleet, clock and faults in the shapes that the
// inspector asks for.

import type { FaultMeters } from '../emulator/fault-meters.ts';
import type { Faults } from '../emulator/faults.ts';
import type { Fleet } from '../emulator/fleet.ts';
import type { Party } from '../gateway/access/inventory.ts';
import type { PartyTable } from '../gateway/access/parties.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Tally } from '../gateway/protocol/tally.ts';
import type {
  World,
  WorldClock,
  WorldFaults,
  WorldMeters,
  WorldParty,
  WorldSnapshots,
} from '../inspector/world.ts';

export interface InspectedParts {
  readonly seed: number;
  readonly clock: WorldClock;
  readonly fleet: Fleet;
  /** The fleet as the WAN reads it. */
  readonly readMeters: FaultMeters;
  readonly gateway: Gateway;
  readonly tally: Tally;
  readonly faults?: Faults;
  readonly parties?: PartyTable;
  readonly snapshots?: WorldSnapshots;
}

export function inspectedWorld(inspected: InspectedParts): World {
  const { fleet, readMeters, faults, parties, ...parts } = inspected;
  return {
    ...parts,
    cohorts: fleet.cohorts.map(({ name, deviceType, plan, firstDevice }) => ({
      ...{ name, deviceType, firstDevice },
      model: plan.model.name,
      wan: plan.wan.name,
      count: plan.count,
      firstDeviceId: plan.firstDeviceId,
    })),
    meters: inspectedMeters(fleet, readMeters),
    ...(faults && { faults: inspectedFaults(faults) }),
    ...(parties && { parties: parties.parties.map(inspectedParty) }),
  };
}

function inspectedParty({ id, name, roles, status, token }: Party): WorldParty {
  return { id, name, roles, status, hasToken: token !== undefined };
}

function inspectedMeters(fleet: Fleet, readMeters: FaultMeters): WorldMeters {
  /** The meter's bank, and its place there. */
  const placeOf = (device: number) => {
    const { bank, firstDevice } = fleet.cohortOf(device);
    return { bank, meter: device - firstDevice };
  };
  return {
    memoryBytes: fleet.memoryBytes,
    look: (read, nowSeconds) => fleet.lookAtMeter(read, nowSeconds),
    lookAsRead(read, nowSeconds) {
      return readMeters.lookAsRead(read, nowSeconds, (asked) =>
        fleet.lookAtMeter(asked, nowSeconds),
      );
    },
    registers(device, halfHour) {
      const { meter } = placeOf(device);
      return fleet.windowOn(device).show(meter).registers(meter, halfHour);
    },
    image(device, nowSeconds) {
      return fleet.windowOn(device).image(placeOf(device).meter, nowSeconds);
    },
    isReal(device) {
      const { bank, meter } = placeOf(device);
      return bank.isReal(meter);
    },
    onCommand(told) {
      readMeters.onCommand = told;
    },
    makeReal(device, nowSeconds) {
      const { bank, meter } = placeOf(device);
      return bank.makeReal(meter, nowSeconds);
    },
    setEntry(device, srv, halfHour, value, column) {
      const { bank, meter } = placeOf(device);
      return bank.setEntry(meter, srv, halfHour, value, column);
    },
    setDailyRead(device, day, register, amount) {
      const { bank, meter } = placeOf(device);
      return amount < 0
        ? bank.eraseDailyRead(meter, day)
        : bank.setDailyRead(meter, day, register, amount);
    },
  };
}

function inspectedFaults(faults: Faults): WorldFaults {
  return {
    list: () => faults.list(),
    add: (fault) => faults.add(fault),
    remove: (id) => /^\d{1,9}$/.test(id) && faults.remove(Number(id)),
    clear: () => faults.clear(),
  };
}
