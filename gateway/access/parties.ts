// The Party table: who may ask, in which roles [contract §6]. A Party with a token is known by it;
// the others speak over loopback only.

import { EUI64_LENGTH, parseEui64 } from '../protocol/eui64.ts';
import { type Checked, JsonCheck } from '../protocol/json-check.ts';
import {
  type DeviceSrv,
  type DeviceType,
  type ReadSrv,
  roleFitsFuel,
  SERVICE_REFERENCES,
  type Srv,
  USER_ROLES,
  type UserRole,
} from '../protocol/service-reference.ts';
import type { DeviceCohort, Party } from './inventory.ts';

/** Numbered upward from here, in the order of {@link USER_ROLES}. */
const FIRST_BUILT_IN = '90-B3-D5-1F-30-01-00-0';

const NAMES: Readonly<Record<UserRole, string>> = {
  IS: 'Example Import Supplier',
  ES: 'Example Export Supplier',
  GS: 'Example Gas Supplier',
  ED: 'Example Electricity Distributor',
  GT: 'Example Gas Transporter',
  OU: 'Example Other User',
  RSA: 'Example Registered Supplier Agent',
  MDR: 'Example Meter Data Retriever',
};

/** One Party for each role, without tokens. */
export const BUILT_IN_PARTIES: readonly Party[] = USER_ROLES.map((role, i) => ({
  id: `${FIRST_BUILT_IN}${i}`,
  name: NAMES[role],
  roles: [role],
  status: 'active',
}));

const PARTIES_MAX = 10_000;
const KEYS = ['id', 'name', 'roles', 'token', 'responseUrl', 'status'] as const;
const STATUSES = ['active', 'suspended'] as const;

/** The first of a Party's roles that may send an SRV [domain §2.1]. */
export function roleToAsk(party: Party, srv: Srv): UserRole | undefined {
  const { roles } = SERVICE_REFERENCES[srv];
  for (const role of party.roles) if (roles.includes(role)) return role;
  return undefined;
}

/** Whether one of a Party's roles may send an SRV. */
export function mayAsk(party: Party, srv: Srv): boolean {
  return roleToAsk(party, srv) !== undefined;
}

/** The first of a Party's roles that may send an SRV to a type of device [domain §2]. */
export function roleToAskOf(
  party: Party,
  srv: DeviceSrv,
  deviceType: DeviceType,
): UserRole | undefined {
  const { roles, deviceTypes } = SERVICE_REFERENCES[srv];
  if (!deviceTypes.includes(deviceType)) return undefined;
  for (const role of party.roles) {
    if (roles.includes(role) && roleFitsFuel(role, deviceType)) return role;
  }
  return undefined;
}

export class PartyTable {
  readonly parties: readonly Party[];
  readonly #byId = new Map<string, Party>();
  readonly #byToken = new Map<string, Party>();

  constructor(parties: readonly Party[] = BUILT_IN_PARTIES) {
    this.parties = parties;
    for (const party of parties) {
      this.#byId.set(party.id, party);
      if (party.token !== undefined) this.#byToken.set(party.token, party);
    }
  }

  /** The Party with this EUI-64, in upper case. */
  find(id: string): Party | undefined {
    return this.#byId.get(id);
  }

  /** Who shows this token: null without one, `refused` for one that nobody has. */
  authenticate(token: string | undefined): Party | null | 'refused' {
    if (token === undefined) return null;
    return this.#byToken.get(token) ?? 'refused';
  }

  /**
   * Owner of the schedules that devices of a cohort start with, for one SRV: the first MDR where
   * one may ask, else the first Party that may [contract §2].
   */
  scheduleOwner(
    srv: ReadSrv,
    { deviceType, registeredParties }: Pick<DeviceCohort, 'deviceType' | 'registeredParties'>,
  ): Party | undefined {
    const may = this.parties.filter((party) => {
      if (roleToAskOf(party, srv, deviceType) === undefined) return false;
      return registeredParties?.has(party.id) ?? true;
    });
    return may.find((party) => party.roles.includes('MDR')) ?? may[0];
  }
}

/** Reads the value of a Parties file; every problem names the file and the place in it. */
export function readParties(file: string, value: unknown): Checked<PartyTable> {
  const check = new JsonCheck(file);
  const list = check.list(
    check.object(value, '', ['parties'])?.parties,
    '/parties',
    1,
    PARTIES_MAX,
  );
  const ids = new Map<string, string>();
  const tokens = new Map<string, string>();
  const parties = list?.flatMap((item, i) => {
    const place = `/parties/${i}`;
    const party = readParty(check, item, place);
    if (party === undefined) return [];
    unique(check, ids, party.id, `${place}/id`, 'this id');
    if (party.token !== undefined)
      unique(check, tokens, party.token, `${place}/token`, 'this token');
    return [party];
  });
  return check.result(parties && new PartyTable(parties));
}

function unique(
  check: JsonCheck,
  seen: Map<string, string>,
  value: string,
  place: string,
  what: string,
): void {
  const before = seen.get(value);
  if (before !== undefined) check.refuse(place, `${what} is already at ${before}`);
  seen.set(value, place);
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function readParty(check: JsonCheck, value: unknown, place: string): Party | undefined {
  const item = check.object(value, place, KEYS);
  if (item === undefined) return undefined;
  const id = check.text(item.id, `${place}/id`);
  if (id !== undefined && (id.length !== EUI64_LENGTH || parseEui64(id) === undefined)) {
    check.refuse(`${place}/id`, `"${id}" is not an EUI-64 such as ${BUILT_IN_PARTIES[0]?.id}`);
  }
  const list = check.list(item.roles, `${place}/roles`, 1, USER_ROLES.length);
  const roles = list?.flatMap(
    (role, i) => check.oneOf(role, `${place}/roles/${i}`, USER_ROLES) ?? [],
  );
  const optional = (key: 'name' | 'token' | 'responseUrl') =>
    item[key] === undefined ? undefined : check.text(item[key], `${place}/${key}`);
  const name = optional('name');
  const token = optional('token');
  const responseUrl = optional('responseUrl');
  if (responseUrl !== undefined && !isHttpUrl(responseUrl)) {
    check.refuse(`${place}/responseUrl`, `"${responseUrl}" is not a URL of http: or https:`);
  }
  const status =
    item.status === undefined ? 'active' : check.oneOf(item.status, `${place}/status`, STATUSES);
  if (id === undefined || roles === undefined || status === undefined) return undefined;
  return {
    id: id.toUpperCase(),
    name: name ?? id.toUpperCase(),
    roles,
    ...(token !== undefined && { token }),
    ...(responseUrl !== undefined && { responseUrl }),
    status,
  };
}
