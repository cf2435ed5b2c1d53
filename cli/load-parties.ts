// Who asks, when `s1sp load` asks: Parties in groups that can share a connection, and which of them
// asks for what.

import type { Party } from '../gateway/access/inventory.ts';
import { BUILT_IN_PARTIES, readParties, roleToAskOf } from '../gateway/access/parties.ts';
import { readJson } from '../gateway/protocol/json-check.ts';
import type { ReadSrv, UserRole } from '../gateway/protocol/service-reference.ts';
import type { RequestKind } from '../load/choice.ts';
import { CommandError } from './exit-codes.ts';
import type { LoadSettings } from './load-settings.ts';
import { opened } from './load-truth.ts';

/** Parties that a connection may speak for: all without a token, or one with its own. */
export interface PartyGroup {
  readonly token: string | undefined;
  readonly parties: readonly Party[];
}

/** Of those that are active and may ask one of `srvs` of an ESME. */
export function partyGroups(
  { parties: file }: Pick<LoadSettings, 'parties'>,
  srvs: readonly ReadSrv[],
): PartyGroup[] {
  const all = file === undefined ? BUILT_IN_PARTIES : partiesIn(file);
  const active = all.filter(
    (party) => party.status === 'active' && srvs.some((srv) => mayAsk(party, srv)),
  );
  const open = active.filter(({ token }) => token === undefined);
  return [
    ...(open.length > 0 ? [{ token: undefined, parties: open }] : []),
    ...active
      .filter(({ token }) => token !== undefined)
      .map((party) => ({ token: party.token, parties: [party] })),
  ];
}

function mayAsk(party: Party, srv: ReadSrv): boolean {
  return roleToAskOf(party, srv, 'ESME') !== undefined;
}

function partiesIn(file: string): readonly Party[] {
  return opened(readParties(file, opened(readJson(file)))).parties;
}

/** Which Party asks for which SRV of the mix; throws for an SRV that nobody may ask. */
export function kindsOf(
  { mix }: Pick<LoadSettings, 'mix'>,
  groups: readonly PartyGroup[],
): RequestKind[] {
  const kinds = mix.flatMap(({ srv }) =>
    groups.flatMap(({ parties }, group) =>
      parties
        .filter((party) => mayAsk(party, srv))
        .map(({ id: partyId }) => ({ srv, partyId, group })),
    ),
  );
  const unasked = mix.find(({ srv }) => !kinds.some((kind) => kind.srv === srv));
  if (unasked === undefined) return kinds;
  throw new CommandError('usage', `--parties: none of them may ask ${unasked.srv} of an ESME`);
}

/** A supplier, a distributor and so many MDRs ask for half hours, all over the same connections. */
export function dayKinds(groups: readonly PartyGroup[], mdrs: number): RequestKind[] {
  const parties = groups[0]?.parties ?? [];
  const withRole = (role: UserRole): Party[] => {
    const found = parties.filter(({ roles }) => roles.includes(role));
    if (found.length > 0) return found;
    throw new CommandError('usage', `--parties: mhhs-day needs a Party with the role ${role}`);
  };
  const retrievers = mdrs === 0 ? [] : withRole('MDR');
  const askers = [
    withRole('IS')[0],
    withRole('ED')[0],
    ...Array.from({ length: mdrs }, (_, place) => retrievers[place % retrievers.length]),
  ];
  return askers
    .filter((party) => party !== undefined)
    .map(({ id: partyId }) => ({ srv: '4.8.1', partyId, group: 0 }));
}
