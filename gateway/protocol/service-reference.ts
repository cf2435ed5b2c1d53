// The Service Requests served here, one row each: who may ask [domain §2.1], of what device
// [domain §2.2], in which mode [domain §2.3].

/** DCC User Roles [DUIS]. The order is that of the built-in Party table. */
export const USER_ROLES = ['IS', 'ES', 'GS', 'ED', 'GT', 'OU', 'RSA', 'MDR'] as const;
export type UserRole = (typeof USER_ROLES)[number];

export const DEVICE_TYPES = ['ESME', 'GSME', 'GPF'] as const;
export type DeviceType = (typeof DEVICE_TYPES)[number];

/** SRVs that read a meter's log. */
export const READ_SRVS = ['4.6.1', '4.8.1', '4.8.2', '4.8.3'] as const;
export type ReadSrv = (typeof READ_SRVS)[number];

/** SRVs that the DSP answers itself. */
export const SCHEDULE_SRVS = ['5.1', '5.2', '5.3'] as const;
export type ScheduleSrv = (typeof SCHEDULE_SRVS)[number];

/** Restrict Access for Change of Tenancy: a command to the meter that reads nothing. */
export type RestrictSrv = '3.2';

/** SRVs that reach a device. */
export type DeviceSrv = ReadSrv | RestrictSrv;
export const DEVICE_SRVS: readonly DeviceSrv[] = ['3.2', ...READ_SRVS];

export type Srv = DeviceSrv | ScheduleSrv;

/** SRVs whose answers MP256 lets the S1SP cache [AM 18.21(k), 18.22(h), 18.24(f)]. */
export type CachedSrv = '4.6.1' | '4.8.1' | '4.8.3';

export interface ServiceReference {
  readonly serviceReference: string;
  readonly name: string;
  readonly roles: readonly UserRole[];
  readonly deviceTypes: readonly DeviceType[];
  /** DUIS CommandVariant that fits: 1 = over the SM WAN, 8 = Non-Device. */
  readonly commandVariant: 1 | 8;
  readonly cached: boolean;
  /** A critical command is one that the Dual Control Organisation has to see as well. */
  readonly critical: boolean;
}

const METERS = ['ESME', 'GSME', 'GPF'] as const;
const EVERYONE_BUT_RSA = ['IS', 'ES', 'GS', 'ED', 'GT', 'OU', 'MDR'] as const;

export const SERVICE_REFERENCES: Readonly<Record<Srv, ServiceReference>> = {
  '3.2': {
    serviceReference: '3.2',
    name: 'Restrict Access for Change of Tenancy',
    roles: ['IS', 'GS'],
    deviceTypes: ['ESME', 'GPF'],
    commandVariant: 1,
    cached: false,
    critical: false,
  },
  '4.6.1': {
    serviceReference: '4.6',
    name: 'Retrieve Import Daily Read Log',
    roles: ['IS', 'GS', 'MDR'],
    deviceTypes: METERS,
    commandVariant: 1,
    cached: true,
    critical: false,
  },
  '4.8.1': {
    serviceReference: '4.8',
    name: 'Read Active Import Profile Data',
    roles: ['IS', 'GS', 'ED', 'GT', 'OU', 'MDR'],
    deviceTypes: METERS,
    commandVariant: 1,
    cached: true,
    critical: false,
  },
  '4.8.2': {
    serviceReference: '4.8',
    name: 'Read Reactive Import Profile Data',
    roles: ['IS', 'ED', 'OU'],
    deviceTypes: ['ESME'],
    commandVariant: 1,
    cached: false,
    critical: false,
  },
  '4.8.3': {
    serviceReference: '4.8',
    name: 'Read Export Profile Data',
    roles: ['ES', 'ED', 'OU', 'MDR'],
    deviceTypes: ['ESME'],
    commandVariant: 1,
    cached: true,
    critical: false,
  },
  '5.1': {
    serviceReference: '5.1',
    name: 'Create Schedule',
    roles: EVERYONE_BUT_RSA,
    deviceTypes: [],
    commandVariant: 8,
    cached: false,
    critical: false,
  },
  '5.2': {
    serviceReference: '5.2',
    name: 'Read Schedule',
    roles: EVERYONE_BUT_RSA,
    deviceTypes: [],
    commandVariant: 8,
    cached: false,
    critical: false,
  },
  '5.3': {
    serviceReference: '5.3',
    name: 'Delete Schedule',
    roles: EVERYONE_BUT_RSA,
    deviceTypes: [],
    commandVariant: 8,
    cached: false,
    critical: false,
  },
};

/** Roles that may ask about electricity only; GS and GT about gas only; OU and RSA about both. */
export function roleFitsFuel(role: UserRole, deviceType: DeviceType): boolean {
  if (role === 'OU' || role === 'RSA') return true;
  const gasRole = role === 'GS' || role === 'GT';
  return gasRole === (deviceType !== 'ESME');
}

/** The DCC's own identifier, the target of 5.1, 5.2 and 5.3. */
export const DCC_ID = '90-B3-D5-1F-30-00-00-02';

/**
 * The DCC's web services [domain §1.11]: Send Command takes what goes to a device, Non-Device what
 * the DCC answers itself. What Transform is for, no SRV here needs.
 */
export type DccService = 'sendCommand' | 'nonDevice' | 'transform';
