// May this Party ask this of that device? The checks in the order of [domain §6]: E1, E3, E2, E13,
// E12 or E17, E19, E11, E5, E4. The first that fails is the answer, whether the data is cached or
// not.

import type { Peer } from '../peer.ts';
import { parseEui64 } from '../protocol/eui64.ts';
import type { ResponseCode } from '../protocol/response-codes.ts';
import {
  DCC_ID,
  type DccService,
  type DeviceSrv,
  SERVICE_REFERENCES,
  type Srv,
  type UserRole,
} from '../protocol/service-reference.ts';
import type { RequestId } from '../protocol/service-request.ts';
import type { Target } from '../s1sp/data-cache.ts';
import type { DeviceRegister } from './device-register.ts';
import type { DeviceInventory, Party } from './inventory.ts';
import { mayAsk, type PartyTable, roleToAskOf } from './parties.ts';

/** DUIS CommandVariants of local delivery, which this gateway has no way to make. */
const LOCAL_DELIVERY = [2, 3];

const DCC = parseEui64(DCC_ID);

/**
 * The Party that a request speaks for, or undefined (E1): the connection's own, or on a connection
 * without a token, on this machine only, any Party that has none.
 */
export function speaker(
  parties: PartyTable,
  { party: connected, isRemote }: Pick<Peer, 'party' | 'isRemote'>,
  requestId: RequestId,
): Party | undefined {
  if (connected !== null) return connected.id === requestId.originatorId ? connected : undefined;
  if (isRemote === true) return undefined;
  const party = parties.find(requestId.originatorId);
  return party?.token === undefined ? party : undefined;
}

/** Whether an SRV was sent to its own service; undefined stands for all of them. */
function fitsService(srv: Srv, service: DccService | undefined): boolean {
  if (service === undefined) return true;
  return service === (SERVICE_REFERENCES[srv].commandVariant === 8 ? 'nonDevice' : 'sendCommand');
}

/** Checks that need no device. */
export function checkParty(
  party: Party,
  srv: Srv,
  commandVariant: number,
  service?: DccService,
): ResponseCode | undefined {
  if (party.status === 'suspended') return 'E3';
  if (!mayAsk(party, srv)) return 'E2';
  if (!fitsService(srv, service)) return 'E13';
  if (LOCAL_DELIVERY.includes(commandVariant)) return 'E17';
  if (commandVariant !== SERVICE_REFERENCES[srv].commandVariant) return 'E12';
  return undefined;
}

/** A device, and the role in which its Party asks it. */
export interface AskedTarget extends Target {
  readonly role: UserRole;
}

/** Checks of the device that a Party wants to read, or to have read by a schedule. */
export function checkDevice(
  inventory: DeviceRegister,
  party: Party,
  srv: DeviceSrv,
  high: number,
  low: number,
): AskedTarget | ResponseCode {
  const device = inventory.find(high, low);
  if (device < 0) return 'E19';
  const cohort = inventory.cohortOf(device);
  if (!SERVICE_REFERENCES[srv].deviceTypes.includes(cohort.deviceType)) return 'E11';
  if (inventory.statusOf(device) !== 'Commissioned') return 'E5';
  const role = roleToAskOf(party, srv, cohort.deviceType);
  if (role === undefined) return 'E4';
  if (cohort.registeredParties !== undefined && !cohort.registeredParties.has(party.id)) {
    return 'E4';
  }
  return { device, high, low, cohort, role };
}

/**
 * The refusal of an SRV that nothing here serves: whatever the device, the SRV does not fit it, so
 * the code is E11, in its place after the others [domain §6].
 */
export function refuseUnserved(
  inventory: DeviceInventory,
  party: Party,
  { targetHigh, targetLow }: RequestId,
  service?: DccService,
): ResponseCode {
  if (party.status === 'suspended') return 'E3';
  if (service === 'transform') return 'E13';
  const isDcc = targetHigh === DCC?.high && targetLow === DCC.low;
  return isDcc || inventory.find(targetHigh, targetLow) >= 0 ? 'E11' : 'E19';
}

/** 5.1, 5.2 and 5.3 go to the DCC itself. */
export function checkDccTarget(
  inventory: DeviceInventory,
  { targetHigh, targetLow }: RequestId,
): ResponseCode | undefined {
  if (targetHigh === DCC?.high && targetLow === DCC.low) return undefined;
  return inventory.find(targetHigh, targetLow) < 0 ? 'E19' : 'E11';
}
