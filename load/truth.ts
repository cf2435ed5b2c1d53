// What the gateway ought to answer, as the load tester sees it: the command line makes one out of
// the emulated fleet, so that load/ knows no meter.

import type { DeviceType, ReadSrv } from '../gateway/protocol/service-reference.ts';
import type { LogAnswer } from '../gateway/protocol/service-response.ts';

/** The meters of a gateway, recomputed from its seed. Devices are numbered as by `deviceOf`. */
export interface Truth {
  /** Number of the device with these EUI-64 halves; −1 when the fleet has none. */
  deviceOf(high: number, low: number): number;
  deviceTypeOf(device: number): DeviceType;
  /**
   * What its meter holds in a period (UTC seconds, both ends inclusive) at `nowSeconds`. Undefined
   * where this is not known. The answer is the caller's own.
   */
  read(
    device: number,
    srv: ReadSrv,
    startSeconds: number,
    endSeconds: number,
    nowSeconds: number,
  ): LogAnswer | undefined;
}
